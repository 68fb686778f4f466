from django.db import migrations

from mainstay.common.frozen import frozen


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0004_agreement_drafts'),
    ]

    operations = [
        frozen('clients_agreement', when='TRUE', said='a signed version of an agreement is never changed'),
        frozen(
            'clients_agreementoffer',
            when="OLD.\"end\" <> ''",
            said='an offer that was signed, recalled or refused is never changed',
        ),
    ]
