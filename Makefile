# `make run` and `make test` do the whole set-up; when it is done they start at once.

python := .venv/bin/python
offscreen := QT_QPA_PLATFORM=offscreen
display := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname)))

.PHONY: run window picture setup check test test-all screenshots lesson-pictures bench clean

run: $(if $(display),window,picture)

# The window on the embedded digits, training.
window: setup
	@$(python) -m visualmlp digits --play

# What to do without a display: train, then draw the window into a file.
picture: setup
	@mkdir -p build && rm -f build/digits.vmlp*
	@$(python) -m visualmlp train digits --out build/digits.vmlp
	@$(offscreen) $(python) -m visualmlp render build/digits.vmlp --out build/visualmlp.png
	@echo "There is no display here: the window is drawn in $(CURDIR)/build/visualmlp.png"

setup:
	@bash scripts/setup.sh

check: setup
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@.venv/bin/lint-imports

test: check
	@$(offscreen) $(python) -m pytest -m "not slow" --numprocesses auto --maxprocesses 8 --dist loadfile

# The slow ones may be silent for minutes: the courses' whole set alone takes about ten.
test-all: check
	@$(offscreen) $(python) -m pytest -o faulthandler_timeout=1800

# The pictures in README.md and in docs, drawn by the program itself, light and dark (one minute).
screenshots: setup
	@$(offscreen) $(python) -m scripts.screenshots

# The start page's pictures: each lesson's own run, the long ones of MNIST in part (some minutes).
lesson-pictures: setup
	@$(offscreen) $(python) -m scripts.lesson_pictures

bench: setup
	@$(python) -m benchmarks.engine
	@$(python) -m benchmarks.data
	@$(if $(display),,$(offscreen)) $(python) -m benchmarks.gui
	@$(if $(display),,$(offscreen)) $(python) -m benchmarks.maths
	@$(python) -m benchmarks.timeline
	@$(python) -m benchmarks.recording

clean:
	@rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
