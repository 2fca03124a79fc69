"""What is heard in episodes 1 to 3, moment by moment: the motif, weather, train, phone, heart, silence."""

from __future__ import annotations

from local.demo import synth
from local.demo.mixing import Mix
from local.demo.motif import (
    A3,
    A4,
    A_MINOR,
    B4,
    C4,
    C5,
    CLUSTER,
    D_MINOR,
    E4,
    E5,
    F3,
    F4,
    F_MAJOR,
    G4,
    calls,
    hearts,
    motif,
    rails,
    steps,
)
from local.demo.synth import Samples


def one() -> Samples:
    """Rain, a clock, a call; the train; then nothing but a heart."""
    mix = Mix(37.4)
    mix.bed(synth.hiss(37.4, 700, 6_000), [(0, 0), (0.6, 0.5), (32.4, 0.45), (33, 0.06), (37.4, 0.05)], wide=0.9)
    mix.bed(
        synth.pad(37.4, A_MINOR),
        [(0, 0), (2, 0.22), (12, 0.2), (12.6, 0), (26, 0), (28, 0.3), (32.4, 0.32), (32.6, 0)],
        wide=0.01,
        room=0.2,
    )
    mix.bed(
        synth.hiss(37.4, 30, 150, 2),
        [(0, 0.05), (17, 0.1), (19, 0.4), (22.4, 2.0), (24.6, 1.5), (25.8, 0.25), (32, 0.2), (33, 0.0)],
    )
    motif(mix, 0.9)
    mix.repeat(synth.tick(), (4.3, 6.9), 1.0, 0.4)
    motif(mix, 7.2, every=0.6, level=0.42)
    mix.add(synth.key(A3), 11.2, 0.4, room=0.5)
    mix.add(synth.key(C4), 11.6, 0.4, room=0.5)
    calls(mix, 12.6, 15.0, 0.5)
    mix.add(synth.murmur(1.7), 16.2, 0.34, room=0.05)
    mix.add(synth.boom(), 17.4, 0.7)
    mix.add(synth.horn(), 19.4, 0.3, side=0.4, room=0.9)
    mix.add(synth.rise(3.5), 19.1, 0.5)
    mix.add(synth.squeal(), 23.6, 0.3, room=0.6)
    rails(mix, 22.7, 24.8, 0.36, 0.7)
    mix.add(synth.air(1.2), 25.7, 0.5)
    mix.add(synth.air(), 26.4, 0.4)
    mix.add(synth.bell(G4), 27.4, 0.25, room=0.5)
    motif(mix, 28.6, every=0.42, level=0.4)
    mix.add(synth.swish(), 32.35, 0.7)
    hearts(mix, 33.2, 36.9, 0.92, 1.3)
    mix.add(synth.boom(), 34.7, 1.0)
    mix.add(synth.pad(2.7, (E5, F4 * 2, B4)) * synth.ramp(2.7, [(0, 0), (2.4, 0.3), (2.7, 0.3)]), 34.7, 0.7, room=0.4)
    return mix.finished()


def two() -> Samples:
    """Two who breathe; a lantern's steps, the pliers, a run; rails, and a phone in the dark."""
    mix = Mix(36.7)
    mix.bed(synth.hiss(36.7, 700, 6_000), [(0, 0.35), (25.8, 0.4), (26.9, 0.1), (36.7, 0.05)], wide=0.9)
    mix.bed(
        synth.pad(36.7, F_MAJOR),
        [(0, 0.1), (1, 0.34), (5, 0.3), (6, 0), (15, 0), (16.5, 0.25), (20.5, 0.2), (21.2, 0)],
        wide=0.01,
        room=0.2,
    )
    mix.bed(
        synth.pad(36.7, CLUSTER),
        [
            (0, 0),
            (5.8, 0),
            (9, 0.32),
            (13.8, 0.36),
            (14, 0),
            (21, 0.1),
            (25.6, 0.4),
            (26, 0),
            (29, 0.12),
            (32.6, 0.3),
            (32.8, 0),
        ],
        wide=0.01,
    )
    motif(mix, 0.5, every=0.6, level=0.4)
    steps(mix, 5.9, 9.6, 0.74, 0.8)
    mix.add(synth.bell(E4), 6.0, 0.4, room=0.8)
    mix.add(synth.air(1.6), 6.6, 0.4)
    mix.add(synth.boom(), 9.7, 0.9)
    mix.add(synth.punch(), 13.82, 1.1, room=0.6)
    mix.add(synth.key(A3), 15.6, 0.4, room=0.5)
    mix.add(synth.key(F3), 16.6, 0.4, room=0.5)
    mix.bed(synth.hiss(36.7, 2_500, 8_000, 6), [(0, 0), (18, 0), (19.5, 0.3), (21, 0.25), (21.2, 0)], wide=0.4)
    hearts(mix, 18.1, 23.6, 0.8)
    mix.add(synth.bell(A4), 21.2, 0.35, room=0.8)
    mix.add(synth.rise(4.4), 21.4, 0.6)
    steps(mix, 23.6, 25.8, 0.27, 0.9)
    hearts(mix, 23.7, 25.8, 0.5)
    mix.add(synth.air(), 24.2, 0.5)
    mix.add(synth.slam(), 26.3, 1.2, room=0.5)
    mix.bed(
        synth.hiss(36.7, 30, 170, 2),
        [(0, 0), (26.2, 0), (27, 0.8), (32.6, 1.0), (32.8, 1.8), (33.4, 1.6), (33.6, 0.2), (36.7, 0.2)],
    )
    rails(mix, 26.8, 32.6, 0.62, 0.5)
    mix.repeat(synth.slam(), (27.3, 28.8), 0.36, 0.35)
    mix.add(synth.boom(), 32.7, 0.9)
    calls(mix, 33.5, 36.6, 0.55)
    mix.add(synth.boom(), 33.5, 0.6)
    return mix.finished()


def three() -> Samples:
    """The same call from its other end; then a door, and silence that turns round."""
    mix = Mix(37.6)
    mix.bed(
        synth.hiss(37.6, 30, 170, 2),
        [
            (0, 0.5),
            (9.4, 0.6),
            (11.6, 0.15),
            (27.2, 0.2),
            (27.8, 2.0),
            (29.3, 1.6),
            (29.5, 0.12),
            (32.6, 0.2),
            (33.6, 0.05),
            (37.6, 0.1),
        ],
    )
    mix.bed(
        synth.pad(37.6, D_MINOR),
        [(0, 0), (2, 0.2), (9, 0.26), (16.4, 0.2), (16.6, 0.05), (20, 0.3), (27.6, 0.34), (27.8, 0)],
        wide=0.01,
        room=0.2,
    )
    mix.bed(
        synth.hiss(37.6, 700, 6_000),
        [(0, 0), (10.6, 0), (12, 0.22), (16.6, 0.22), (16.7, 0.42), (20.2, 0.24), (27.6, 0.24), (27.8, 0)],
        wide=0.9,
    )
    calls(mix, 0.0, 1.4, 0.5)
    rails(mix, 0.2, 10.4, 0.72, 0.42)
    mix.repeat(synth.tick(), (3.7, 6.6), 1.0, 0.4)
    mix.add(synth.boom(), 3.6, 0.5)
    motif(mix, 6.8, every=0.55, level=0.4)
    mix.add(synth.squeal(1.2), 10.2, 0.12, room=0.6)
    mix.add(synth.boom(), 11.7, 0.8)
    mix.repeat(synth.ring(far=True), (14.4, 16.5), 1.5, 0.26)
    mix.add(synth.murmur(1.7), 17.3, 0.5, room=0.1)
    hearts(mix, 17.0, 20.2, 1.0, 0.7)
    motif(mix, 20.3, every=0.48, level=0.42)
    hearts(mix, 23.0, 27.7, 0.72)
    mix.add(synth.rise(4.6), 23.2, 0.6)
    steps(mix, 25.6, 27.7, 0.28, 0.5)
    mix.add(synth.slam(), 27.7, 1.3, room=0.5)
    mix.add(synth.air(1.4), 30.3, 0.45, room=0.5)
    steps(mix, 29.6, 32.6, 0.95, 0.5)
    mix.add(synth.bell(E4), 30.4, 0.2, room=0.9)
    for row in range(6):
        mix.add(synth.swish(0.4), 33.9 + row * 0.36, 0.4 + 0.08 * row, side=-0.5 if row % 2 else 0.5)
    mix.add(synth.boom(), 34.9, 1.1)
    mix.add(
        synth.pad(2.7, (E5, F4 * 2, B4, C5)) * synth.ramp(2.7, [(0, 0), (2.5, 0.5), (2.7, 0.5)]), 34.9, 0.7, room=0.4
    )
    return mix.finished()
