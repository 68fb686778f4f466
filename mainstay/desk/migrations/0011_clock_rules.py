
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_doors'),
        ('desk', '0010_trust'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clockevent',
            name='clock_event_act_known',
        ),
        migrations.AddField(
            model_name='ticketclock',
            name='began_on',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='desk.ticket'),
        ),
        migrations.AddField(
            model_name='ticketmerge',
            name='snoozed_before',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='clockevent',
            name='act',
            field=models.CharField(choices=[('start', 'Start'), ('pause', 'Pause'), ('resume', 'Resume'), ('stop', 'Stop'), ('reopen', 'Reopen'), ('undo', 'Undo'), ('restart', 'Restart'), ('cancel', 'Cancel')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='clockevent',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['start', 'pause', 'resume', 'stop', 'reopen', 'undo', 'restart', 'cancel'])), name='clock_event_act_known'),
        ),
    ]
