#!/usr/bin/env bash
# try-image.sh IMAGE: runs the image as in docs/deploy.md, sends a signed transaction and stops it; fails if any step
# fails. Needs Docker, curl and openssl.
set -euo pipefail

image=$1
name=webhook-try-$$
port=${PORT:-18000}
secret="whsec_$(openssl rand -base64 32)"
cleanup() {
  docker logs "$name" || true
  docker rm --force --volumes "$name" >/dev/null
}

key=$(docker run --rm "$image" new-key ops operate | sed -n 's/.*Security__ApiKeys__0=//p')
docker run --detach --name "$name" --publish "127.0.0.1:$port:8000" \
  --read-only --cap-drop ALL --security-opt no-new-privileges:true --stop-timeout 30 --health-interval 1s \
  --env Security__WebhookSecrets__0="$secret" --env Security__ApiKeys__0="$key" "$image"
trap cleanup EXIT

state() { docker inspect --format "{{.State.$1}}" "$name"; }
for _ in $(seq 60); do
  [ "$(state Health.Status)" = healthy ] && break
  sleep 1
done
echo "health: $(state Health.Status)"
[ "$(state Health.Status)" = healthy ]
# Healthy means live; ready follows a moment later, after the first reads.
for _ in $(seq 30); do
  ready=$(docker exec "$name" dotnet WebhookService.Api.dll health ready) && break
  sleep 1
done
echo "ready: $ready"
[ "$ready" = "200 Healthy" ]

body='{"transaction_id":"txn_image_1","source_account":"acc_user_789","destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}'
time=$(date +%s)
hex=$(printf %s "${secret#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
signature=$(printf %s "msg_1.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$hex" -binary | base64)
status=$(curl --silent --output /dev/null --write-out '%{http_code}' --data-binary "$body" \
  --header "Content-Type: application/json" --header "webhook-id: msg_1" --header "webhook-timestamp: $time" \
  --header "webhook-signature: v1,$signature" "http://127.0.0.1:$port/v1/webhooks/transactions")
echo "webhook: $status"
[ "$status" = 202 ]

docker stop "$name" >/dev/null
echo "exit code: $(state ExitCode)"
[ "$(state ExitCode)" = 0 ]
