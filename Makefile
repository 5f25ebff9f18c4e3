# Every target works alone on a fresh machine: what is missing is installed first, after saying so.
PREFIX ?= /usr/local
SWIFT ?= swift
VERSION := 0.1.0
# One configuration for everything: tests run what people run. SwiftPM builds it for them once more, as testable.
BUILD := $(SWIFT) build --configuration release --quiet
TEST := $(SWIFT) test --configuration release
PROGRAM := .build/release/mezzotint

.PHONY: figures engine-test fuzz sanitize crash soak peers onednn3 explore build test lint format bench train-bench train-unet train-emoji install uninstall deb dist dependencies

explore: build
	@$(PROGRAM) explore $(ARGS)

build: dependencies
	@echo "building mezzotint (the first time takes some minutes)"
	@$(BUILD) --product mezzotint

test: dependencies
	$(TEST)

# Every parser with inputs that nobody meant, TIME seconds each; HARNESS=NAME for one of them.
TIME ?= 60
fuzz: dependencies
	Tools/fuzz/run.sh $(TIME) $(HARNESS)

# The tests under the sanitizers. On Linux Swift has none for undefined behaviour, of which C alone has any: there it
# traps. ThreadSanitizer does not know the threads that OpenMP makes, so there without what computes.
sanitize: dependencies
	SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize address --scratch-path .build/address --skip mezzotintTests
	SWIFT_BACKTRACE=enable=no $(SWIFT) test -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined \
	  --scratch-path .build/undefined --skip mezzotintTests
	SWIFT_BACKTRACE=enable=no TSAN_OPTIONS=suppressions=$(CURDIR)/Tools/tsan.supp \
	  $(SWIFT) test --sanitize thread --scratch-path .build/thread \
	  --filter 'FilesTests|ConsoleTests|WidgetsTests|PicturesTests|CheckpointsTests'

# Every saving command is killed this many times; make test does it five times. Then each writes where nothing can be
# written.
KILLS ?= 200
crash: dependencies
	MEZZOTINT_KILLS=$(KILLS) $(TEST) --filter CrashTests
	Tools/places.sh

# The explorer for MINUTES, and whether its memory stays where it is.
MINUTES ?= 60
soak: build
	Tools/soak.sh $(MINUTES)

lint: dependencies
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Tools/fuzz

format: dependencies
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Tools/fuzz

# The engine of PyTorch held against the golden files, pictures that are drawn through it, over ssh too, and faults on the
# way. Installs what it needs; PYTHON=FILE for one that has it.
engine-test: build
	Tools/engine/test.sh $(PYTHON)

bench: build
	@$(PROGRAM) bench $(ARGS)

# The figures of docs/what-freeu-does.md; with ARGS=--tables the numbers of its tables, too.
figures: build
	Tools/figures.py $(ARGS) $(PROGRAM)

# Training speed beside PyTorch's, in turn.
train-bench: build .venv/torch
	.venv/bin/python Tools/train_bench.py $(ARGS)

# What PyTorch trains for hours; ARGS=--resume goes on. Tools/torch/README.md says what comes of it.
train-unet: .venv/torch datasets/avatars.safetensors
	.venv/bin/python Tools/torch/train_unet.py --data datasets/avatars.safetensors --output avatars-unet $(ARGS)

train-emoji: .venv/torch .venv/datasets
	.venv/bin/python Tools/torch/train_emoji.py --output emoji $(ARGS)

# Image sets to train on: avatars, heroes, digits, emoji.
datasets/%.safetensors: Tools/datasets/%.py Tools/datasets/common.py .venv/datasets
	@mkdir -p datasets
	.venv/bin/python $< $@

# Kept: without this make would remove it as a mere step on the way.
.PRECIOUS: .venv/%
.venv/%: Tools/%/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --requirement $<
	@touch $@

# The engine beside PyTorch, ONNX Runtime and OpenVINO, in one sitting.
peers: build
	python3 -m venv .build/peers
	.build/peers/bin/pip install --quiet -r Tools/requirements.txt
	.build/peers/bin/python Tools/peers.py $(ARGS)

# The engine's tests on oneDNN 3 instead of the system's 2.6.
onednn3: dependencies
	Tools/onednn3.sh

# The Swift runtime goes into the program, so that it runs where no toolchain is.
install: dependencies
	$(BUILD) --product mezzotint --static-swift-stdlib --scratch-path .build/install
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/mezzotint/models $(DESTDIR)$(PREFIX)/share/mezzotint/themes \
	  $(DESTDIR)$(PREFIX)/share/mezzotint/tokenizers/clip
	install -s -m 755 .build/install/release/mezzotint $(DESTDIR)$(PREFIX)/bin/mezzotint
	cp -R models/. $(DESTDIR)$(PREFIX)/share/mezzotint/models
	chmod -R a+rX $(DESTDIR)$(PREFIX)/share/mezzotint/models
	install -m 644 themes/*.toml $(DESTDIR)$(PREFIX)/share/mezzotint/themes
	install -m 644 tokenizers/clip/* $(DESTDIR)$(PREFIX)/share/mezzotint/tokenizers/clip
	Tools/manual.sh .build/install/release/mezzotint .build/manual
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 644 .build/manual/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	.build/install/release/mezzotint --generate-completion-script bash \
	  >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/mezzotint
	.build/install/release/mezzotint --generate-completion-script zsh \
	  >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_mezzotint
	.build/install/release/mezzotint --generate-completion-script fish \
	  >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/mezzotint.fish

# A package for Debian 12, and a tarball with every library in it, for machines without Swift.
deb:
	Tools/deb.sh $(VERSION) .build/deb

dist:
	Tools/dist.sh $(VERSION) .build/dist

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/mezzotint
	rm -rf $(DESTDIR)$(PREFIX)/share/mezzotint
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/mezzotint.1 $(DESTDIR)$(PREFIX)/share/man/man1/mezzotint.*.1
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/mezzotint \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_mezzotint \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/mezzotint.fish

dependencies:
	@Tools/install-dependencies.sh
