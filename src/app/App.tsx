/** The page: header, panes, status line, and whatever lies over them. */
import { Component, lazy, type ReactNode, Suspense } from "react"
import { Header } from "./Header.tsx"
import { LayoutHost } from "./layout/LayoutHost.tsx"
import { PhoneLayout } from "./layout/PhoneLayout.tsx"
import { t } from "./messages/t.ts"
import { Toasts } from "./parts/Toasts.tsx"
import { useMedia } from "./parts/use-media.ts"
import { StatusBar } from "./StatusBar.tsx"
import { ACTIONS } from "./services/actions.ts"
import { PHONE_QUERY } from "./services/screen.ts"
import { useApp } from "./services/store.ts"

const Palette = lazy(() => import("./overlays/Palette.tsx").then(({ Palette }) => ({ default: Palette })))
const History = lazy(() => import("./overlays/History.tsx").then(({ History }) => ({ default: History })))
const Shortcuts = lazy(() => import("./overlays/Shortcuts.tsx").then(({ Shortcuts }) => ({ default: Shortcuts })))
const Build = lazy(() => import("./overlays/Build.tsx").then(({ Build }) => ({ default: Build })))
const Llvm = lazy(() => import("./overlays/Llvm.tsx").then(({ Llvm }) => ({ default: Llvm })))
const BadLink = lazy(() => import("./overlays/Notices.tsx").then(({ BadLink }) => ({ default: BadLink })))
const CopyByHand = lazy(() => import("./overlays/Notices.tsx").then(({ CopyByHand }) => ({ default: CopyByHand })))

/** The page. */
export function App(): ReactNode {
  const isPhone = useMedia(PHONE_QUERY)
  const announcement = useApp((state) => state.announcement)
  const loadFailure = useApp((state) => state.loadFailure)
  return (
    <div className="app">
      <button type="button" className="skip-link" onClick={() => ACTIONS.focusEditor()}>
        {t("app.skip")}
      </button>
      <Header isPhone={isPhone} />
      {loadFailure !== null && (
        <div className="notice notice-warning" role="alert">
          {t(loadFailure.message, { reason: loadFailure.reason })}
        </div>
      )}
      <main className="main">{isPhone ? <PhoneLayout /> : <LayoutHost />}</main>
      <StatusBar isPhone={isPhone} />
      <Toasts />
      <div className="visually-hidden" aria-live="polite">
        {announcement}
      </div>
      <Suspense fallback={null}>
        <OverlayHost />
      </Suspense>
    </div>
  )
}

function OverlayHost(): ReactNode {
  const overlay = useApp((state) => state.overlay)
  switch (overlay) {
    case "build":
      return <Build />
    case "llvm":
      return <Llvm />
    case "palette":
      return <Palette />
    case "history":
      return <History />
    case "shortcuts":
      return <Shortcuts />
    case "badLink":
      return <BadLink />
    case "copyByHand":
      return <CopyByHand />
    case null:
      return null
  }
}

/** Catches a failure while drawing: it says so, and that the work is safe. */
export class CrashScreen extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <main className="crash" role="alert">
        <p>{t("app.crashed")}</p>
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          {t("app.reload")}
        </button>
      </main>
    )
  }
}
