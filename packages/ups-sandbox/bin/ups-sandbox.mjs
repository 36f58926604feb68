#!/usr/bin/env node
import '../dist/alone/main.js';
