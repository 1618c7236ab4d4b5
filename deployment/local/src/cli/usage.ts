/** What the command line offers. */
export const USAGE = `Usage: ./quick-start.sh [command] [options]

  up                 start Vici; without a terminal this is the default, with one a menu opens
      --detach       return when it is ready and leave it running
      --processes    one process per service, over real gRPC
      --kafka        Apache Kafka as the event bus (needs Java 17 or newer)
      --no-seed      do not load the demo catalogue into an empty shop
  down               stop it
  status             services, addresses, memory
  logs [service]     the latest log lines
      --follow       go on with new ones
      --lines N      how many (default 100)
  seed               load the demo catalogue into the running shop again
  import online-retail FILE
                     load the UCI "Online Retail" data (CSV, also gzipped) into the running shop
  import dummyjson FOLDER
                     load DummyJSON's products.json (also gzipped) with its reviews into the running shop
      --limit N      only the first N rows, or products
      --dry-run      read and report, change nothing
  import products FILE
                     load products (CSV or JSON Lines) into the running shop
      --dry-run      check and report, change nothing
  export products FILE
                     write the products of the running shop to a file (CSV or JSON Lines) that import takes
  reset              stop it and delete all its data
      --yes          do not ask
  help               this text

Environment: VICI_PORT_OFFSET moves every port; VICI_DATA_DIR is where data goes (default .vici).
Settings of a service, such as LOG_LEVEL or RATE_LIMIT_MULTIPLIER, are taken from the environment too.
`;
