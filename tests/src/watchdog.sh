# Ends what a test run started, however the run ended (passed, panicked, kill -9): it goes to the background, waits
# until the process $1, the run's owner, is gone, stops the PostgreSQL in the folder $2 and removes the folder. On a
# server that the user named it drops the databases and the role whose names begin with $3 instead.
owner=$1 folder=$2 prefix=$3

drop_databases() {
    psql "$TEST_POSTGRES_URL" -qAtc \
        "select format('drop database if exists %I with (force);', datname) from pg_database
         where starts_with(datname, '$prefix')" | psql "$TEST_POSTGRES_URL" -q
    psql "$TEST_POSTGRES_URL" -qc "drop role if exists \"${prefix}serves\""
}

# The server removes its process file last. Its process is no sign: without an init it may stay a zombie.
stop_server() {
    process_file=$folder/postgres/postmaster.pid
    for signal in INT QUIT; do
        server=$(head -n 1 "$process_file" 2>/dev/null) || return 0
        kill -s "$signal" "$server" 2>/dev/null || return 0
        for _ in $(seq 100); do
            [ -e "$process_file" ] || return 0
            sleep 0.05
        done
    done
}

{
    while kill -0 "$owner" 2>/dev/null; do sleep 0.2; done
    [ -z "${TEST_POSTGRES_URL:-}" ] || drop_databases
    # The server may still be starting when its owner dies, so look again until the folder stays away.
    while [ -e "$folder" ]; do
        stop_server
        rm -rf "$folder"
        sleep 0.1
    done
} &
