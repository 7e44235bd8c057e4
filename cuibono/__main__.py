"""``python -m cuibono`` is the command line."""

from cuibono.api.cli import main

if __name__ == "__main__":
    main()
