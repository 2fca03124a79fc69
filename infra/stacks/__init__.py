"""The stacks: data, media and identity hold state; api, events, web, edge and monitoring can be made again."""
