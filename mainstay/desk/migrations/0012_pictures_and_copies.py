from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0011_clock_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='content_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='delivery',
            name='is_copy',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
