#!/bin/bash
# Runs once, on an empty cluster: a database for every service, owned by a role of its own that reaches no other.
# The passwords come from <NAME>_DB_PASSWORD.
set -euo pipefail

while read -r service; do
  password_variable="${service^^}_DB_PASSWORD"
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set role="${service}_service" --set database="${service}_db" --set password="${!password_variable:?}" <<'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE :"database" OWNER :"role";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
done < "$(dirname "${BASH_SOURCE[0]}")/services.txt"

# Extensions of the product search; only a superuser may create them everywhere.
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname product_db <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
SQL
