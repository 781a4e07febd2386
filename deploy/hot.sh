#!/bin/sh
# Runs fincc with these arguments, and again whenever a source file changes.
exec watchfiles --filter python "fincc $*" /src
