#!/bin/sh
# Mock recommendations for whoever works on the keys without a running shop: types, scores and lifetimes are those of the
# contract (docs/redis-recommendation-schema.md), the products are made up. Writes nothing where rec:stats exists, so that
# real recommendations are never overwritten.
set -eu

redis() { redis-cli -u "${REDIS_URL:-redis://localhost:6379}" "$@"; }

if [ "$(redis exists rec:stats)" = 1 ]; then
  echo 'There are recommendations already; nothing was written.'
  exit 0
fi

now=$(date +%s)
product() { printf '018f0000-0000-7000-8000-%012d' "$1"; }
category=018f0000-0000-7000-9000-000000000001
user=018f0000-0000-7000-a000-000000000001
session=018f0000-0000-7000-b000-000000000001

{
  number=1
  while [ "$number" -le 20 ]; do
    id=$(product "$number")
    score=$(( 100 - number ))
    echo "HSET product:$id id $id name MockProduct$number price $(( number * 250 )) image /mock/$number.jpg category_id $category rating 4.$(( number % 10 )) stock $(( number * 3 ))"
    echo "EXPIRE product:$id 3600"
    echo "ZADD rec:trending $score $id"
    echo "ZADD rec:trending:category:$category $score $id"
    echo "ZADD rec:popular $(( score * 10 )) $id"
    echo "ZADD rec:new_arrivals $(( now - number * 3600 )) $id"
    echo "ZADD rec:product:$(product 1):similar 0.$score $id"
    echo "ZADD rec:product:$(product 1):frequently_bought $(( 40 - number )) $id"
    echo "ZADD rec:user:$user:personalized 0.$score $id"
    echo "ZADD rec:user:$user:session 0.$score $id"
    echo "ZADD rec:user:$user:history $(( now - number * 60 )) $id"
    echo "ZADD rec:session:$session 0.$score $id"
    echo "RPUSH rec:session:$session:viewed $id"
    number=$(( number + 1 ))
  done
  echo "ZREM rec:product:$(product 1):similar $(product 1)"
  echo "ZREM rec:product:$(product 1):frequently_bought $(product 1)"
  echo "HSET category:$category id $category name Mock slug mock"
  echo "EXPIRE category:$category 86400"
  echo "EXPIRE rec:trending 900"
  echo "EXPIRE rec:trending:category:$category 900"
  echo "EXPIRE rec:popular 3600"
  echo "EXPIRE rec:new_arrivals 3600"
  echo "EXPIRE rec:product:$(product 1):similar 86400"
  echo "EXPIRE rec:product:$(product 1):frequently_bought 86400"
  echo "EXPIRE rec:user:$user:personalized 1800"
  echo "EXPIRE rec:user:$user:session 3600"
  echo "EXPIRE rec:user:$user:history 604800"
  echo "EXPIRE rec:session:$session 3600"
  echo "EXPIRE rec:session:$session:viewed 86400"
  echo "SADD rec:users_with_recs $user"
  echo "SET rec:last_update $now"
  echo "HSET rec:stats total_users 1 total_products 20 last_processing_time 0"
} | redis > /tmp/replies.txt

if grep -q '^ERR\|^WRONGTYPE\|^NOAUTH' /tmp/replies.txt; then
  cat /tmp/replies.txt >&2
  exit 1
fi
echo 'Mock recommendations of 20 products were written.'
