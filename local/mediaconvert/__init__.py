"""AWS Elemental MediaConvert on one machine: the same API, job settings and events, with ffmpeg as the engine.

A process of its own, spoken to by an unmodified botocore client through ``AWS_ENDPOINT_URL_MEDIACONVERT``. It reads
and writes the emulator's S3 and raises its events on the emulator's EventBridge, so that nothing in the product can
tell that it is not the cloud. What it does not know how to do it refuses, rather than pretend.

    python -m local.mediaconvert --port P --endpoint http://127.0.0.1:4566 --cache DIR

``GET /_local/health`` answers 200 as soon as jobs are taken.
"""
