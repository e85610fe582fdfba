"""The command line as ``python -m needs``."""

from needs.cli import main

if __name__ == "__main__":
    main()
