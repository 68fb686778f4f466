"""Portraits of people who do not exist: a calm drawn figure in colours of the person's own."""

import io
import random

from PIL import Image, ImageDraw

SIDE = 320
GROUNDS = ((191, 219, 254), (187, 247, 208), (254, 215, 170), (221, 214, 254), (251, 207, 232))
SKINS = ((255, 224, 196), (234, 192, 152), (198, 140, 98), (141, 85, 54), (98, 57, 36))
HAIRS = ((40, 32, 28), (92, 58, 30), (160, 120, 60), (120, 120, 124), (70, 30, 24))
CLOTHES = ((30, 64, 102), (84, 54, 102), (36, 92, 76), (120, 52, 52), (64, 68, 78))


def portrait(name: str) -> io.BytesIO:
    """A PNG of a head and shoulders, the same for the same name."""
    chance = random.Random(f"portrait of {name}")  # nosec B311 # noqa: S311 - a drawing, no secret
    ground, skin, hair, clothes = (chance.choice(each) for each in (GROUNDS, SKINS, HAIRS, CLOTHES))
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 225, 280, 470), fill=clothes)
    draw.rectangle((136, 190, 184, 250), fill=skin)
    long_hair = chance.random() < 0.5
    if long_hair:
        draw.rounded_rectangle((88, 70, 232, 245), radius=66, fill=hair)
    draw.ellipse((98, 62, 222, 180), fill=hair)
    draw.ellipse((106, 82, 214, 214), fill=skin)
    draw.chord((100, 62, 220, 168), 180, 360, fill=hair)
    for x in (138, 174):
        draw.ellipse((x, 140, x + 9, 149), fill=(36, 30, 30))
    draw.arc((140, 158, 180, 186), 20, 160, fill=(120, 50, 46), width=4)
    found = io.BytesIO()
    image.save(found, "PNG")
    found.seek(0)
    return found
