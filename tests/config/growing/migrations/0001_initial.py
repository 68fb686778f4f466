from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL("CREATE TABLE growing_area (id integer)", "DROP TABLE growing_area")]
