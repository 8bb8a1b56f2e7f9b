/** Links, Markdown and downloads: the program on its way out, and the link on its way in. */
import { t, formatBytes } from "../messages/t.ts"
import { panesOf, visiblePanes } from "../model/layout.ts"
import { isShareFragment, shortId } from "../model/share-fragment.ts"
import { MAIN_NAME, sameFiles, unitsOf } from "../model/project.ts"
import type { SharedState } from "../model/share-url.ts"
import type { AppState } from "../model/state.ts"
import { compileOptions, compiler, failureText, programFiles } from "./compiling.ts"
import { currentStep, offerStep } from "./debugging.ts"
import { replaceProgram } from "./editing.ts"
import { copyText, download } from "./files.ts"
import { outputLog } from "./running.ts"
import { keepSnippet, lookForServer, readSnippet, reasonAgainst, ServerFailure } from "./server.ts"
import { dispatch, store, toast } from "./store.ts"

/** Links longer than this are cut by some chats. */
const COMFORTABLE_LINK = 2000

/** The codec and its inflater are loaded when a link is made or opened, not with the page. */
const codec = (): Promise<typeof import("../model/share-url.ts")> => import("../model/share-url.ts")

/** What knows of comparisons and passes; it is loaded when it has something to say. */
const instrument = (): Promise<[typeof import("./comparing.ts"), typeof import("./exploring.ts")]> => Promise.all([import("./comparing.ts"), import("./exploring.ts")])

async function sharedState(state: AppState): Promise<SharedState> {
  const step = currentStep()
  const [{ sharedComparison }, { sharedPasses }] = await instrument()
  const [compare, passes] = [sharedComparison(), sharedPasses()]
  return {
    files: state.files,
    active: state.files.indexOf(state.source),
    stdin: state.stdin,
    engine: state.engine,
    views: visiblePanes(state.layout),
    selection: state.selection,
    layout: state.layout,
    ...(step === null ? {} : { step }),
    ...(state.optimise === 1 ? {} : { optimise: state.optimise }),
    ...(compare === null ? {} : { compare }),
    ...(passes === null || !panesOf(state.layout).includes("passes") ? {} : { passes }),
  }
}

/** The fragment that holds the program, with its `#`; null, and said so, if the program is too large for a link. */
async function makeFragment(): Promise<string | null> {
  const { encodeShare, SOURCE_LIMIT } = await codec()
  const state = store.getState()
  const fragment = encodeShare(await sharedState(state))
  if (fragment === null) {
    toast(t("share.tooLarge", { size: formatBytes(unitsOf(state.files)), limit: formatBytes(SOURCE_LIMIT) }), { tone: "problem" })
    return null
  }
  return fragment
}

async function makeLink(): Promise<string | null> {
  const fragment = await makeFragment()
  return fragment === null ? null : location.href.split("#")[0] + fragment
}

async function copyOut(text: string, notice: string): Promise<void> {
  if (await copyText(text)) toast(notice)
  else dispatch({ type: "copyByHand", text })
}

/** Copies a link to the program as it is shown now. */
export async function copyLink(): Promise<void> {
  const link = await makeLink()
  if (link === null) return
  const isLong = link.length > COMFORTABLE_LINK
  await copyOut(link, isLong ? t("share.copiedLong", { count: link.length.toLocaleString("en") }) : t("share.copied"))
}

/** Has the server keep the program and copies the short link to it. */
export async function copyShortLink(): Promise<void> {
  await lookForServer()
  const reason = reasonAgainst("snippets")
  const fragment = reason === null ? await makeFragment() : null
  if (reason !== null) toast(reason, { tone: "problem" })
  if (fragment === null) return
  try {
    const { id } = await keepSnippet({ fragment: fragment.slice(1) })
    await copyOut(new URL(`s/${id}`, document.baseURI).href, t("share.shortCopied"))
  } catch (error) {
    toast(t("share.shortFailed", { reason: failureText(error) }), { tone: "problem" })
  }
}

/** The fragment a short link stands for; null, with the fault told, if it cannot be had. */
async function longFragment(id: string): Promise<string | null> {
  try {
    return `#${(await readSnippet(id)).fragment}`
  } catch (error) {
    const isAbsent = error instanceof ServerFailure && error.failure?.kind === "not_found"
    dispatch({ type: "badLink", fault: isAbsent ? { kind: "absent" } : { kind: "unreachable", reason: failureText(error) } })
    return null
  }
}

/** Copies the source and the link for an issue or a chat. */
export async function copyMarkdown(): Promise<void> {
  const { toMarkdown } = await codec()
  const link = await makeLink()
  await copyOut(toMarkdown(store.getState().files, link, "hako"), t("share.markdownCopied"))
}

/**
 * Opens the program of the page's fragment, if it is a link of ours. Returns true if it was opened. A link that
 * cannot be opened is explained and changes nothing.
 */
export async function openFragment(hash: string): Promise<boolean> {
  if (!isShareFragment(hash)) return false
  const short = shortId(hash)
  const fragment = short === null ? hash : await longFragment(short)
  if (fragment === null) return false
  const { decodeShare } = await codec()
  const reading = decodeShare(fragment)
  if (!reading.ok) {
    dispatch({ type: "badLink", fault: reading.fault })
    return false
  }
  const { files, active, stdin, engine, selection, layout, step, optimise, compare, passes } = reading.state
  // Loaded first, so that the figures are shown with the very text they are of.
  const parts = compare === undefined && passes === undefined ? null : await instrument()
  dispatch({ type: "engineChosen", engine })
  dispatch({ type: "optimiseChosen", optimise: optimise ?? 1 })
  if (layout !== undefined) dispatch({ type: "layoutChosen", layout })
  const current = store.getState()
  if (!sameFiles(current.files, files) || current.stdin !== stdin) {
    const name = files[active]?.name
    replaceProgram({ files, stdin, selection, ...(name === undefined ? {} : { active: name }) }, "link", t("share.opened"))
  }
  if (step !== undefined) offerStep(step)
  if (compare !== undefined) parts?.[0].showSharedComparison(compare)
  if (passes !== undefined) parts?.[1].showSharedPasses(passes)
  return true
}

/** Takes the fragment off the address: from the first change on it no longer describes the text. */
export function forgetFragment(): void {
  if (isShareFragment(location.hash)) history.replaceState(null, "", location.pathname + location.search)
}

/** The name of the main file without its ending: what everything made from the program is called. */
function baseName(): string {
  return (store.getState().files[0]?.name ?? MAIN_NAME).replace(/\.hako$/, "")
}

/** Downloads the file in the editor. */
export function downloadSource(): void {
  const { source } = store.getState()
  download(source.name, "text/plain", [source.text])
}

/** Downloads all files of the program in one archive. */
export async function downloadAll(): Promise<void> {
  const { files } = store.getState()
  try {
    const { strToU8, zipSync } = await import("fflate")
    const entries = Object.fromEntries(files.map(({ name, text }) => [name, strToU8(text)]))
    download(`${baseName()}.zip`, "application/zip", [zipSync(entries, { level: 6 }) as Uint8Array<ArrayBuffer>])
  } catch (error) {
    toast(t("download.bug", { reason: failureText(error) }), { tone: "problem" })
  }
}

/** Downloads the program as a WebAssembly binary. */
export async function downloadWasm(): Promise<void> {
  try {
    const { bytes } = await compiler().request("wasm", { files: programFiles(), options: compileOptions() })
    if (bytes === null) toast(t("download.failed"), { tone: "problem" })
    else download(`${baseName()}.wasm`, "application/wasm", [bytes])
  } catch (error) {
    toast(t("download.bug", { reason: failureText(error) }), { tone: "problem" })
  }
}

/** Downloads a view of the program as text. */
export async function downloadView(view: "wat" | "llvm"): Promise<void> {
  const { version } = store.getState()
  try {
    const made = await compiler().request("view", { version, files: programFiles(), view, options: compileOptions() })
    if (made.view === null) toast(t("download.failed"), { tone: "problem" })
    else download(`${baseName()}.${view === "wat" ? "wat" : "ll"}`, "text/plain", [made.view.text])
  } catch (error) {
    toast(t("download.bug", { reason: failureText(error) }), { tone: "problem" })
  }
}

/** Downloads everything the program has printed that was kept. */
export function downloadOutput(): void {
  download(`${baseName()}.txt`, "text/plain", outputLog.wholeText())
}
