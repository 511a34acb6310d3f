# Tangent: what can be done, and how.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: setup

setup: ## install everything this tree needs (the others call it)
	@deploy/setup.sh
