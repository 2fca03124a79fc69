"""What is heard in episodes 4 to 6, moment by moment; the motif finds its last note."""

from __future__ import annotations

from local.demo import synth
from local.demo.mixing import Mix
from local.demo.motif import (
    A3,
    A4,
    A_MINOR,
    C5,
    C_MAJOR,
    CLUSTER,
    D5,
    D_MINOR,
    E3,
    E4,
    E5,
    F_MAJOR,
    G5,
    HOME,
    calls,
    hearts,
    motif,
    rails,
    steps,
)
from local.demo.synth import Samples


def four() -> Samples:
    """Many who breathe together; years in the rain; a lantern in the aisle."""
    mix = Mix(37.0)
    mix.bed(
        synth.hiss(37, 30, 170, 2), [(0, 0.35), (15, 0.4), (15.8, 0.05), (26, 0.1), (27, 0.5), (31.4, 0.3), (37, 0.1)]
    )
    mix.bed(
        synth.pad(37, CLUSTER),
        [(0, 0.3), (3.6, 0.2), (6, 0.1), (12, 0.2), (15.5, 0), (25.8, 0), (29, 0.36), (31.3, 0.4), (31.6, 0)],
        wide=0.012,
        room=0.2,
    )
    mix.bed(
        synth.pad(37, A_MINOR),
        [(0, 0), (3.8, 0), (5, 0.2), (12.6, 0.24), (17, 0.3), (22, 0.36), (25.6, 0.2), (26, 0)],
        wide=0.01,
        room=0.2,
    )
    mix.bed(
        synth.hiss(37, 700, 6_000),
        [(0, 0), (15.5, 0), (15.7, 0.3), (17.2, 0.3), (20, 0.1), (22.3, 0.3), (26, 0.3), (26.2, 0)],
        wide=0.9,
    )
    mix.add(synth.boom(), 0.1, 0.7)
    rails(mix, 0.3, 15.4, 0.84, 0.34)
    motif(mix, 4.0, every=0.62, level=0.36)
    motif(mix, 9.1, every=0.7, level=0.36)
    mix.add(synth.tick(), 15.7, 0.6)
    mix.repeat(synth.tick(), (16.8, 22.3), 0.2, 0.3)
    motif(mix, 17.0, every=0.5, level=0.45)
    motif(mix, 19.8, every=0.5, level=0.45, notes=HOME)
    mix.add(synth.bell(A3), 22.5, 0.35, room=0.8)
    mix.add(synth.bell(E4), 24.6, 0.35, room=0.8)
    steps(mix, 26.1, 31.2, 0.75, 1.0)
    hearts(mix, 29.4, 31.3, 0.66)
    mix.add(synth.rise(3.4), 28.0, 0.5)
    mix.add(synth.boom(), 33.6, 0.7)
    motif(mix, 34.2, every=0.62, level=0.6)
    mix.add(synth.pad(3.2, F_MAJOR) * synth.ramp(3.2, [(0, 0), (1.2, 0.5), (3.2, 0.6)]), 33.8, 0.7, room=0.4)
    return mix.finished()


def five() -> Samples:
    """A confession; a wind of ten years ago; a phone that dies in the middle of a ring."""
    mix = Mix(37.8)
    mix.bed(
        synth.hiss(37.8, 30, 170, 2),
        [
            (0, 0.35),
            (7, 0.3),
            (7.2, 0.05),
            (16, 0.1),
            (16.2, 0.35),
            (25.5, 0.5),
            (25.7, 0.1),
            (28.4, 0.9),
            (32.3, 1.2),
            (32.5, 0.1),
            (37.8, 0.05),
        ],
    )
    mix.bed(
        synth.hiss(37.8, 250, 1_100, 7),
        [
            (0, 0),
            (7, 0),
            (8, 0.3),
            (15.8, 0.34),
            (16.2, 0),
            (25.6, 0),
            (26, 0.2),
            (28.3, 0.2),
            (28.5, 0),
            (32.4, 0.2),
            (35.5, 0.24),
            (37.8, 0.2),
        ],
        wide=0.5,
    )
    mix.bed(
        synth.pad(37.8, D_MINOR),
        [(0, 0.1), (1, 0.3), (6.6, 0.24), (8, 0), (16, 0.05), (17, 0.3), (21, 0.2), (22, 0)],
        wide=0.01,
        room=0.2,
    )
    mix.bed(synth.pad(37.8, F_MAJOR), [(0, 0), (7, 0), (8.4, 0.3), (15.5, 0.3), (16.4, 0)], wide=0.01, room=0.3)
    motif(mix, 0.6, every=0.62, level=0.38)
    motif(mix, 7.6, every=0.7, level=0.42)
    motif(mix, 11.6, every=0.7, level=0.42, notes=HOME)
    rails(mix, 16.2, 25.5, 0.8, 0.34)
    mix.add(synth.bell(A4), 13.4, 0.3, room=0.9)
    mix.add(synth.key(A3), 16.6, 0.5, room=0.5)
    mix.add(synth.key(E3), 18.0, 0.5, room=0.5)
    mix.add(synth.boom(), 20.9, 0.8)
    mix.repeat(synth.ring(far=True), (23.6, 25.4), 1.5, 0.3)
    hearts(mix, 22.0, 25.6, 0.8)
    calls(mix, 26.3, 28.2, 0.4)
    mix.add(synth.rise(4.0), 28.4, 0.9)
    hearts(mix, 28.4, 32.4, 0.5, 1.1)
    rails(mix, 28.4, 32.3, 0.4, 0.6)
    mix.add(synth.horn(1.8), 30.6, 0.45, room=0.6)
    mix.add(synth.slam(), 32.35, 0.8, room=0.6)
    mix.add(synth.buzz(), 32.6, 0.35)
    mix.add(synth.ring(), 32.6, 0.35, room=0.3)
    mix.add(synth.buzz(), 34.4, 0.4)
    mix.add(synth.ring()[: round(1.1 * synth.RATE)], 34.42, 0.4, room=0.2)
    mix.add(synth.tone(0.5, 660, bend=-900) * synth.ramp(0.5, [(0, 0.4), (0.5, 0)]), 35.5, 0.4)
    mix.add(synth.boom(), 35.6, 1.0)
    return mix.finished()


def six() -> Samples:
    """A ring that is heard; a name; the train goes; the motif comes home; and rain again."""
    mix = Mix(38.2)
    mix.bed(
        synth.hiss(38.2, 30, 170, 2),
        [
            (0, 0.3),
            (3, 0.25),
            (3.1, 0.05),
            (13.2, 0.1),
            (14.4, 1.3),
            (15.6, 1.0),
            (16.1, 0.05),
            (22.4, 0.2),
            (25, 0.5),
            (25.8, 0),
        ],
    )
    mix.bed(
        synth.hiss(38.2, 250, 1_100, 7),
        [(0, 0), (3, 0), (3.2, 0.25), (9.3, 0.25), (9.4, 0.02), (11.2, 0.02), (12, 0.2), (16, 0.2), (16.2, 0)],
        wide=0.5,
    )
    mix.bed(synth.pad(38.2, D_MINOR), [(0, 0.1), (2.8, 0.25), (3.2, 0.1), (9.2, 0.35), (9.4, 0)], wide=0.01, room=0.2)
    mix.bed(
        synth.pad(38.2, F_MAJOR),
        [(0, 0), (11.2, 0), (12.4, 0.35), (16, 0.3), (17.8, 0.3), (22, 0.36), (23, 0)],
        wide=0.01,
        room=0.3,
    )
    mix.bed(synth.pad(38.2, C_MAJOR), [(0, 0), (22.4, 0), (25.4, 0.6), (28.6, 0.5), (30.1, 0)], wide=0.012, room=0.4)
    mix.bed(synth.hiss(38.2, 700, 6_000), [(0, 0), (30, 0), (30.3, 0.5), (38.2, 0.45)], wide=0.9)
    mix.add(synth.boom(), 0.1, 0.6)
    calls(mix, 3.3, 4.6, 0.36)
    hearts(mix, 5.2, 9.3, 0.62)
    mix.add(synth.rise(2.3), 7.0, 0.5)
    steps(mix, 7.2, 9.2, 0.3, 0.7)
    mix.add(synth.bell(E5), 9.42, 0.4, room=1.2)
    mix.add(synth.key(A3), 11.2, 0.5, room=0.5)
    mix.add(synth.slam(), 13.6, 0.8, room=0.4)
    rails(mix, 14.0, 15.9, 0.3, 0.5)
    mix.add(synth.horn(), 14.2, 0.25, room=0.8)
    mix.add(synth.tick(), 16.8, 1.0, room=0.5)
    motif(mix, 17.9, every=0.62, level=0.45)
    motif(mix, 21.2, every=0.55, level=0.5, notes=HOME)
    motif(mix, 25.8, every=0.7, level=0.55, notes=(E5, D5, A4, C5, G5))
    for index, at in enumerate((26.2, 26.6, 27.4, 28.3, 28.6, 29.4)):
        mix.add(synth.bird(2_300 + 260 * (index % 3)), at, 0.16, side=-0.6 + 0.24 * index, room=0.5)
    calls(mix, 31.7, 35.9, 0.5)
    mix.add(synth.boom(), 36.7, 1.0)
    mix.bed(synth.hiss(38.2, 30, 150, 9), [(0, 0), (35, 0), (38, 1.4), (38.2, 1.4)])
    mix.add(synth.rise(1.5), 36.7, 0.5)
    mix.add(synth.pad(1.6, CLUSTER) * synth.ramp(1.6, [(0, 0), (1.5, 0.6), (1.6, 0.6)]), 36.6, 0.8, room=0.3)
    return mix.finished()
