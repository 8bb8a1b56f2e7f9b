/** Starts the page: what was saved, the first paint, and only then the compiler and the big editor. */
import "./services/trusted-scripts.ts"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App, CrashScreen } from "./App.tsx"
import { restore, startServices } from "./services/boot.ts"
import "./styles/theme.css"
import "./styles/page.css"
import "./styles/docking.css"
import "./styles/panes.css"
import "./styles/debugger.css"
import "./styles/timeline.css"
import "./styles/overlays.css"
import "./styles/build.css"
import "./styles/screens.css"

restore()
const root = document.getElementById("root")
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <CrashScreen>
        <App />
      </CrashScreen>
    </StrictMode>,
  )
}
startServices()
