/** What a pane shows: total over the table of panes. */
import { lazy, type ReactNode, Suspense } from "react"
import { SourceEditor } from "../editor/SourceEditor.tsx"
import { PANES, type PaneId } from "../model/panes.ts"
import { Canvas } from "./Canvas.tsx"
import { Input } from "./Input.tsx"
import { LearnPane } from "./LearnPane.tsx"
import { Output } from "./Output.tsx"
import { Problems } from "./Problems.tsx"
import { TextView } from "./TextView.tsx"

// Loaded when they are opened: few visits need them.
const Assembly = lazy(() => import("./Assembly.tsx").then(({ Assembly }) => ({ default: Assembly })))
const Passes = lazy(() => import("./Passes.tsx").then(({ Passes }) => ({ default: Passes })))
const Costs = lazy(() => import("./Costs.tsx").then(({ Costs }) => ({ default: Costs })))
const Debugger = lazy(() => import("./Debugger.tsx").then(({ Debugger }) => ({ default: Debugger })))
const Repl = lazy(() => import("./Repl.tsx").then(({ Repl }) => ({ default: Repl })))
const Compare = lazy(() => import("./Compare.tsx").then(({ Compare }) => ({ default: Compare })))
const Timeline = lazy(() => import("./Timeline.tsx").then(({ Timeline }) => ({ default: Timeline })))

/** The content of a pane. */
export function PaneContent({ pane, isPhone }: { readonly pane: PaneId; readonly isPhone: boolean }): ReactNode {
  const { view } = PANES[pane]
  if (view !== null) return <TextView pane={pane} view={view} isPhone={isPhone} />
  switch (pane) {
    case "editor":
      return <SourceEditor isPhone={isPhone} />
    case "output":
      return <Output />
    case "learn":
      return <LearnPane />
    case "canvas":
      return <Canvas />
    case "problems":
      return <Problems />
    case "assembly":
      return (
        <Suspense fallback={null}>
          <Assembly isPhone={isPhone} />
        </Suspense>
      )
    case "repl":
      return (
        <Suspense fallback={null}>
          <Repl />
        </Suspense>
      )
    case "debug":
      return (
        <Suspense fallback={null}>
          <Debugger />
        </Suspense>
      )
    case "input":
      return <Input />
    case "passes":
      return (
        <Suspense fallback={null}>
          <Passes />
        </Suspense>
      )
    case "costs":
      return (
        <Suspense fallback={null}>
          <Costs />
        </Suspense>
      )
    case "timeline":
      return (
        <Suspense fallback={null}>
          <Timeline />
        </Suspense>
      )
    case "compare":
      return (
        <Suspense fallback={null}>
          <Compare />
        </Suspense>
      )
    default:
      return null
  }
}
