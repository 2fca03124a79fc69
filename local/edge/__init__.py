"""CloudFront on one machine: one origin for pages, API and streams, which verifies the same signatures.

    python -m local.edge --port P --config FILE.json

On 127.0.0.1 only; port 0 takes a free one, and the first line on stdout names it. ``GET /_local/health`` answers 200
as soon as requests are taken. The configuration's members are those of ``local.edge.config.EdgeConfig``, in camelCase:

    gatewayUrl      where the emulator serves the HTTP API; the viewer's path is appended
    endpointUrl     the emulator, for S3 and Secrets Manager
    region
    mediaBucket     serves /media/* to holders of a grant, and /posters/* to everybody
    webBucket       serves everything else; / is index.html
    originSecretId  Secrets Manager id of what is sent as x-origin-secret; or originSecret, the value itself
    publicKeys      {CloudFront's key id: PEM}; the key group whose grants open /media/*
    publicOrigin    scheme and host that viewers use; grants are signed for it
    hosts           more values of Host that are answered, for example "localhost:8080"
    template        path of the synthesized template with the distribution: behaviours, methods and response headers are
                    read from it, so that they cannot drift
    templateValues  {logical id, or "id.attribute": value} for references inside header values
    responseHeaders {path pattern, or "default": ResponseHeadersPolicyConfig}, in place of the template's

What CloudFront does and this does not: caching, Brotli, TLS, HTTP/3, the firewall, geography. The limits are
CloudFront's ("Quotas", "Request and response behavior for custom origins"), except that a body ends at API Gateway's
10 MB.
"""
