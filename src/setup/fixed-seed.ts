/**
 * Runs before every test file: property tests draw the same values each time, so that a run can be repeated. Searching
 * for new cases is the business of `npm run fuzz`.
 */
import { configureGlobal } from "fast-check"

configureGlobal({ seed: 1_729 })
