#!/bin/sh
# The certificate of nginx, inside certbot's image (see docker-compose.yml).
#   placeholder   one of our own making, when there is none: nginx does not start without
#   obtain        one from Let's Encrypt for DOMAIN; port 80 of DOMAIN has to lead to nginx
#   renew         looks twice a day, for ever
set -eu

target=/certificates

# Nginx reads these two files, whoever made them. certbot's own folder has its own rules about who may write what.
install_certificate() {
  # Nginx takes what is newer for another one, and reads it.
  if cmp -s "$1/fullchain.pem" "$target/fullchain.pem"; then return; fi
  cp -L "$1/fullchain.pem" "$target/fullchain.pem.new"
  cp -L "$1/privkey.pem" "$target/privkey.pem.new"
  chmod 600 "$target/privkey.pem.new"
  mv "$target/privkey.pem.new" "$target/privkey.pem"
  mv "$target/fullchain.pem.new" "$target/fullchain.pem"
}

placeholder() {
  if [ -s "$target/fullchain.pem" ] && [ -s "$target/privkey.pem" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj "/CN=${DOMAIN:-localhost}" -addext "subjectAltName=DNS:${DOMAIN:-localhost}" \
    -keyout "$target/privkey.pem" -out "$target/fullchain.pem" 2>/dev/null
  chmod 600 "$target/privkey.pem"
  echo "made a certificate for ${DOMAIN:-localhost} that no browser trusts; see docs/guides/operate/nginx.md for a real one"
}

obtain() {
  : "${DOMAIN:?set DOMAIN in .env}" "${CERTBOT_EMAIL:?set CERTBOT_EMAIL in .env}"
  certbot certonly --webroot --webroot-path /challenges --non-interactive --agree-tos --email "$CERTBOT_EMAIL" \
    --cert-name stockwire --domain "$DOMAIN" --keep-until-expiring "$@"
  # A dry run has none to show.
  if [ ! -d /etc/letsencrypt/live/stockwire ]; then return; fi
  install_certificate /etc/letsencrypt/live/stockwire
  echo "now: docker compose exec nginx nginx -s reload"
}

renew() {
  trap 'exit 0' TERM
  while :; do
    if [ -d /etc/letsencrypt/live/stockwire ]; then
      # In the background, since certbot sleeps for minutes first, and a shell hears TERM only while it waits. A failure is told of
      # and tried again; nginx goes on with what it has.
      certbot renew --webroot --webroot-path /challenges --quiet &
      if wait $!; then
        install_certificate /etc/letsencrypt/live/stockwire
      fi
    fi
    sleep 12h &
    wait $!
  done
}

command=${1:-placeholder}
[ $# -eq 0 ] || shift
case "$command" in
  placeholder | obtain | renew) "$command" "$@" ;;
  *)
    echo "certificate.sh placeholder | obtain | renew" >&2
    exit 2
    ;;
esac
