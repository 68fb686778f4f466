from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0012_pictures_and_copies'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='ticket_merged'),
        ),
    ]
