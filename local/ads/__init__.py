"""A rewarded-ad network on one machine, as AdMob is towards us: it shows an ad, signs that it was seen, and says so.

    python -m local.ads --port P --callback URL

On 127.0.0.1 only; port 0 takes a free one, and the first line on stdout names it. It has a key pair of its own, made at
its start, and knows nothing of Cliffhanger but where to call back.

    GET  /ad?ad_unit=…&custom_data=…   a page that plays an ad for three seconds and goes on to the next
    GET  /seen?ad_unit=…&custom_data=… the ad was seen: calls back, five times at most, a second apart
    GET  /verifier-keys.json           the public keys of its callbacks
    POST /_local/seen                  the same as /seen for programs: JSON with adUnit, customData and, if wanted, the
                                       transactionId; answers with the query that was sent and the status it got
"""
