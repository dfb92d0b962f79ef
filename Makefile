# Everyday commands; plain `make` lists them. 日常命令，`make` 列出全部。

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check generate graphiql audits workbook bench plans examples fuzz properties need-postgres need-poppler need-node need-python

GRAPHIQL := api/assets/graphiql/index.html
GRAPHIQL_SOURCES := $(wildcard api/graphiql/*.js* api/graphiql/*.mjs api/graphiql/*.html api/graphiql/*.css) api/graphiql/.npmrc
CASES ?= 20000

# One language a run, as the program itself speaks: Chinese where the locale says zh. A text here holds no comma.
ZH := $(filter zh zh_% zh-% zh.%,$(firstword $(LC_ALL) $(LC_MESSAGES) $(LANG)))
say = $(if $(ZH),$(1),$(2))
# A tool that few have installed: run it where it is, shout where it is not.
optional = @if command -v $(1) >/dev/null; then $(2); else \
	printf '\n!!! %s\n\n' '$(call say,未安装 $(1)，这项检查没有做。,$(1) is not installed: NOT CHECKED.)'; fi
# What a target cannot do without: how to see that it is there, and what to install.
need = @{ $(1); } >/dev/null 2>&1 || { echo '$(call say,需要 $(2)：,$(2) is needed: )sudo apt-get install $(3)' >&2; exit 1; }

help: ## 列出全部目标 | List the targets
	@awk -F ' *(## *|\\| )' -v text=$(if $(ZH),2,3) \
		'/^[a-z]+:.*##/ { split($$1, name, ":"); printf "make %-10s %s\n", name[1], $$text }' Makefile

# The development build: it answers first, is enough for a demonstration, and `make test` uses its parts again.
run: ## 构建、载入演示数据并在 127.0.0.1:8080 启动 | Build, load demo data and serve on 127.0.0.1:8080
	@NPM_CONFIG_FETCH_RETRIES=0 $(MAKE) --no-print-directory graphiql || \
	echo '$(call say,没有 GraphiQL 页面，其余照常；装好 npm 并联网后运行 make graphiql。,Going on without the GraphiQL page: make graphiql brings it with npm and the network.)'
	cargo run --locked --quiet --bin minglu -- serve --demo

test: need-postgres need-poppler ## 在 SQLite 和真实 PostgreSQL 上运行全部测试 | The whole suite on SQLite and a real PostgreSQL
	@if command -v cargo-nextest >/dev/null; then \
		cargo nextest run --locked --workspace && cargo test --locked --workspace --doc; \
	else cargo test --locked --workspace; fi

check: need-node ## 格式、静态检查、文档、生成文件、GraphiQL、GraphQL 审计、工作簿 | Format, lints, docs, generated files, GraphiQL, GraphQL audits, workbooks
	cargo fmt --all --check
	$(MAKE) --no-print-directory graphiql
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --document-private-items
	scripts/generated check
	$(MAKE) --no-print-directory audits workbook
	$(call optional,cargo-deny,cargo deny --locked check)
	$(call optional,cargo-machete,cargo machete)
	$(call optional,taplo,taplo fmt --check)
	$(call optional,typos,typos)

generate: ## 重写生成的文件 | Write the generated files anew
	scripts/generated write

graphiql: $(GRAPHIQL) ## 打包 GraphiQL 页面 | Bundle the GraphiQL page

$(GRAPHIQL): $(GRAPHIQL_SOURCES)
	@$(MAKE) --no-print-directory need-node
	npm ci --prefix api/graphiql --ignore-scripts --no-audit --no-fund --loglevel=error
	npm run build --prefix api/graphiql --silent

audits: need-node ## 用 graphql-http 审计服务 | Audit the server with graphql-http
	npm ci --prefix tests/audits --ignore-scripts --no-audit --no-fund --loglevel=error
	scripts/with-server node tests/audits/run.mjs

workbook: need-node ## 用 LibreOffice 打开工作簿，逐格核对并画出页面 | Open workbooks in LibreOffice, compare every cell, draw the pages
	scripts/workbook

# Everything takes half an hour after the build; BENCH='load 100000 postgres' is one measurement with its arguments.
bench: need-postgres need-node ## 性能测量（BENCH=…），见 docs/performance.md | Measure speed (BENCH=…): see docs/performance.md
	cargo run --release --locked --package benches --bin measure -- $(BENCH)

# Filling a million takes minutes, so the committed plans are written by hand; the suite asks for them at some thousands.
plans: need-postgres ## 一百万条登记时每条查询的执行计划，写入 docs/plans | Every statement's plan at a million registrations, into docs/plans
	cargo run --locked --package benches --bin plans

examples: need-node need-python ## 对着演示服务运行每个示例客户端 | Run each example client against a demo server
	@for example in examples/*/run; do echo "== $$example"; scripts/with-server "$$example"; done

fuzz: ## 每个模糊测试目标运行一分钟（SECONDS_EACH=…）| Each fuzz target for a minute (SECONDS_EACH=…)
	@scripts/fuzz

properties: ## 以大量随机输入运行性质测试（CASES=…）| Property tests with many random inputs (CASES=…)
	PROPTEST_CASES=$(CASES) cargo test --locked --package entity --package rules --package reports

need-postgres:
	@test -n "$${TEST_POSTGRES_URL:-}" || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	command -v initdb >/dev/null || test -x "$$(pg_config --bindir 2>/dev/null)/initdb" || \
	{ echo '$(call say,测试需要 PostgreSQL 15 或更新版本：,tests need PostgreSQL 15 or newer: )sudo apt-get install postgresql' >&2; exit 1; }

need-poppler:
	$(call need,pdftotext -v && pdffonts -v,poppler,poppler-utils)

need-node:
	$(call need,node --version && npm --version,Node.js,nodejs npm)

need-python:
	$(call need,python3 -c 'import ensurepip; import venv',Python,python3 python3-venv)
