from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL("CREATE TABLE failing_area (id integer)", "DROP TABLE failing_area")]
