#!/bin/sh
# Lets every Site that waits for a Hub join it: OCOPEA_SITES lists `<folder of the Site>=<its address>`, separated by spaces.
# A Site's join.token goes when it was used, so that this may run at every start. OCOPEA_SERVER and the token are the client's.
set -eu
for entry in $OCOPEA_SITES; do
  folder=${entry%%=*}
  address=${entry#*=}
  if [ -f "$folder/join.token" ]; then
    ocopea sites register "$address" --join-token-file "$folder/join.token"
  else
    echo "$folder: joined already"
  fi
done
