# Without a config file, without HOME, and where nothing can be written. The files have to be
# readable for everybody, or for the user of --user.
docker run --rm --read-only --network none \
  -v "$PWD/certificates:/certificates:ro" \
  ghcr.io/apnsctl/apnsctl status /certificates
