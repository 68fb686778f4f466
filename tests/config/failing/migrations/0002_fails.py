from django.db import migrations


def fail(apps, schema_editor):
    raise RuntimeError("this one cannot be done")


class Migration(migrations.Migration):
    dependencies = [("failing", "0001_initial")]
    operations = [
        migrations.RunSQL("DELETE FROM clients_website", migrations.RunSQL.noop),
        migrations.RunPython(fail),
    ]
