"""Publishing the pages: an archive, and the function that unpacks it into the bucket."""

from __future__ import annotations

import json
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from infra import ROOT
from infra.config import StageConfig
from infra.constructs.buckets import objects_of
from infra.constructs.function import ARCHITECTURES, PYTHON_CHOSEN, RUNTIMES, code_of, exact_role, log_group
from infra.constructs.nag import accept
from infra.grants import Grant
from infra.packaging import Bundler

TIMEOUT = cdk.Duration.minutes(2)
PATIENCE = cdk.Duration.minutes(12)
"""How long CloudFormation waits for the answer: Lambda's three attempts, with one and two minutes between them, and
some to spare. Were it no longer than one attempt, a deploy would fail whose pages are then published after all."""

MEMORY_MB = 512


class Pages(Construct):
    """The pages of ``web/``, published with each deploy that changes them.

    Our own small function, because the CDK's ``BucketDeployment`` needs the AWS command line in a layer, sets one
    cache rule for all files and cannot order them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: StageConfig,
        bundler: Bundler,
        bucket: s3.Bucket,
        settings: dict[str, str],
        web: Path = ROOT / "web",
    ) -> None:
        super().__init__(scope, id)
        stack = cdk.Stack.of(self)
        archive = assets.Asset(self, "Archive", path=str(web), exclude=["*.md", "**/*.md", ".*"])
        name = config.name("publish")
        log = log_group(self, "Log", f"/aws/lambda/{name}", config)
        grants = (
            Grant(("s3:GetObject",), (archive.bucket.arn_for_objects(archive.s3_object_key),)),
            Grant(("s3:PutObject", "s3:DeleteObject"), (objects_of(bucket, "*"),)),
            Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
        )
        function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description="Publishes the pages at deploy",
            runtime=RUNTIMES[config.runtime],
            architecture=ARCHITECTURES[config.architecture],
            handler="publish.handler",
            code=code_of(bundler.single("publisher", ROOT / "infra" / "publisher")),
            memory_size=MEMORY_MB,
            timeout=TIMEOUT,
            role=exact_role(self, "Role", log, grants, "Publishes the pages at deploy"),
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        accept(function, "L1", PYTHON_CHOSEN)
        cdk.CustomResource(
            self,
            "Published",
            resource_type="Custom::Pages",
            service_token=function.function_arn,
            service_timeout=PATIENCE,
            properties={
                "SourceBucket": archive.s3_bucket_name,
                "SourceKey": archive.s3_object_key,
                "Bucket": bucket.bucket_name,
                "Settings": stack.to_json_string(settings) if _has_tokens(settings) else json.dumps(settings),
            },
        )


def _has_tokens(settings: dict[str, str]) -> bool:
    """Whether a value is only known to CloudFormation."""
    return any(cdk.Token.is_unresolved(value) for value in settings.values())
