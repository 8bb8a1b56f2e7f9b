/** The Canvas pane: what the program has drawn, a picture for each of its canvases. */
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react"
import { t } from "../messages/t.ts"
import { downloadPicture, type Picture } from "../services/canvas-board.ts"
import { registerPane } from "../services/pane-ports.ts"
import { canvasBoard } from "../services/running.ts"

/** The Canvas pane. */
export function Canvas(): ReactNode {
  const pictures = useSyncExternalStore(canvasBoard.subscribe, () => canvasBoard.pictures)
  const root = useRef<HTMLElement>(null)
  useEffect(() => registerPane("canvas", { focus: () => root.current?.focus() }), [])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
    <section ref={root} className="canvas-pane" tabIndex={0} aria-label={t("canvas.label")}>
      {pictures.length === 0 ? (
        <p className="empty">
          {t("canvas.empty")}
          <br />
          <code>{'local canvas = new WebCanvasBox("picture", 320, 200)'}</code>
        </p>
      ) : (
        pictures.map((picture) => <PictureView key={picture.number} picture={picture} />)
      )}
    </section>
  )
}

function PictureView({ picture }: { readonly picture: Picture }): ReactNode {
  const frame = useRef<HTMLDivElement>(null)
  const { name, width, height, element } = picture
  useEffect(() => {
    frame.current?.replaceChildren(element)
  }, [element])
  return (
    <figure className="picture">
      <div ref={frame} className="picture-frame" />
      <figcaption>
        <span>{name}</span>
        <span className="picture-size">{t("canvas.size", { width, height })}</span>
        <button type="button" className="button button-quiet" aria-label={t("canvas.download", { name })} onClick={() => downloadPicture(picture)}>
          {t("canvas.png")}
        </button>
      </figcaption>
    </figure>
  )
}
