#!/usr/bin/env bash
# Brings the running containers to what lies in this folder: images, backup, one app after the other, smoke test. When anything
# fails, the images of before are started again. Clients keep their connections to the other replica, or come back within seconds.
#   deploy/rollout.sh [version]     the tag of the images; the commit when not given
#   SKIP_BACKUP=1                   when there is one of a moment ago
set -Eeuo pipefail

cd "$(dirname "$0")/.."
VERSION=${1:-$(git rev-parse --short=12 HEAD)}
REVISION=${REVISION:-$VERSION}
export VERSION REVISION

# What runs stands in .env, so that a plain `docker compose up -d` keeps it; what that started without a version is called local.
running=$(docker compose ps --quiet gateway)
before=$(sed -n 's/^VERSION=//p' .env)
before=${before:-${running:+local}}
# The inventory first: it brings what is stored to its version when it starts, and the others wait for that. What has to be
# stopped before a version that changes how things are stored: docs/guides/operate/upgrading.md
apps=(inventory notification gateway)

say() { printf '%s %s\n' "$(date +%T)" "$*"; }

# Starts containers of the new image beside those of the old one, waits until they are healthy, and ends the old ones.
replace() {
  local app=$1 ids states
  local -a old
  # Compose itself would also list what somebody has run by hand in a container of its own.
  ids=$(docker ps --all --quiet --filter "label=com.docker.compose.project=${COMPOSE_PROJECT_NAME:-stockwire}" \
    --filter label=com.docker.compose.oneoff=False --filter "label=com.docker.compose.service=$app")
  if [ -z "$ids" ]; then
    say "$app: gone, so it is started anew"
    docker compose up --detach --no-deps --wait --wait-timeout 120 "$app"
    return
  fi
  mapfile -t old <<<"$ids"
  states=$(docker inspect --format '{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}' "${old[@]}") || states=unknown
  # Waiting for all of an app would be waiting for the sick one that this version may be the cure of.
  if grep --quiet --invert-match '^running healthy$' <<<"$states"; then
    say "$app: not healthy, so new ones take the place of what is there"
    docker compose up --detach --no-deps --wait --wait-timeout 120 --scale "$app=${#old[@]}" "$app"
    return
  fi
  say "$app: ${#old[@]} running, as many new ones beside them"
  docker compose up --detach --no-deps --no-recreate --wait --wait-timeout 120 --scale "$app=$((${#old[@]} * 2))" "$app"
  # nginx asks for names every second: now it knows the new ones.
  sleep 3
  docker stop -t 20 "${old[@]}" >/dev/null
  docker rm "${old[@]}" >/dev/null
}

# No one is logged in: 401 says that the gateway answers and that the door is shut. Readiness says that all of it can work.
smoke() {
  local door status app ops
  door=$(docker compose port nginx 6100)
  # Again after a 503: nginx may have asked one that has just gone.
  curl --fail --silent --show-error --max-time 5 --retry 5 --output /dev/null "http://$door/docs-json"
  status=$(curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "http://$door/api/v1/items")
  test "$status" = 401
  for app in "${apps[@]}"; do
    case $app in gateway) ops=6110 ;; inventory) ops=6111 ;; *) ops=6112 ;; esac
    docker compose exec -T "$app" node -e \
      "fetch('http://127.0.0.1:$ops/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
  done
}

roll() {
  local app
  if [ -z "$running" ]; then
    docker compose up --detach --wait --wait-timeout 300
  else
    docker compose up --detach --no-deps --wait --wait-timeout 180 mongo redis
    for app in "${apps[@]}"; do replace "$app"; done
    docker compose up --detach --no-deps --wait --wait-timeout 60 nginx
    docker compose exec -T nginx sh /etc/nginx/reload.sh
  fi
  smoke
}

neither() {
  trap - EXIT
  docker compose logs --no-log-prefix --tail 5 "${apps[@]}"
  say "$before does not run either; if the database is too new for it, restore the backup: docs/guides/operate/upgrading.md"
  exit 1
}

back() {
  # The trap is set in $( ) too, where nothing can be decided: that ends, and the line that it stands in fails here.
  [ "$BASHPID" = $$ ] || exit 1
  trap - ERR
  say "the rollout of $VERSION failed"
  if [ -z "$before" ]; then
    say 'there is nothing to go back to'
    exit 1
  fi
  say "back to $before"
  export VERSION=$before
  # Those of the failed image are replaced; whatever still runs the one of before stays.
  # Not ERR: within the trap of one there is no other.
  trap neither EXIT
  docker compose up --detach --no-build --no-deps --wait --wait-timeout 180 "${apps[@]}"
  smoke
  trap - EXIT
  say "$before runs again"
  exit 1
}

# Containers read it as users of their own, whatever the umask was of who checked it out.
chmod -R a+rX deploy || say 'not all of deploy could be made readable for the containers'
say "building $VERSION"
docker compose build --pull
if [ -n "$before" ] && [ -z "${SKIP_BACKUP:-}" ]; then
  say 'a backup first'
  VERSION=$before docker compose run --rm backup
fi
trap back ERR
roll
trap - ERR
# Whoever wrote the file may have left its last line open.
[ -z "$(tail -c 1 .env)" ] || echo >>.env
sed -i '/^VERSION=/d' .env
echo "VERSION=$VERSION" >>.env
say "$VERSION runs"
# Images that nothing runs stay for a month, to go back to; those of before in any case, however old they are.
docker image prune --all --force --filter until=720h \
  ${before:+--filter "label!=org.opencontainers.image.version=$before"} >/dev/null || say 'old images could not be removed'
