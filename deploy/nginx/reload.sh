#!/bin/sh
# Has nginx read its files again, if they or the certificate have changed since it last did: what takes longer than
# worker_shutdown_timeout is cut off by that. Runs in the container of nginx.
set -eu

nginx -t
changed=$(find /etc/nginx /certificates -cnewer /tmp/nginx.pid -print -quit)
if [ -z "$changed" ]; then exit 0; fi
nginx -s reload
touch /tmp/nginx.pid
