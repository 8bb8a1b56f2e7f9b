/**
 * The Timeline pane: what the tiered engine did in the last run. A strip with a lane for each function that was hot, every event as
 * a row, and the totals of each function; places lead into the source.
 */
import { type ReactNode, useEffect, useMemo, useRef } from "react"
import type { TierNote, TierSpot, TierSum } from "../../protocol/tiers.ts"
import { formatBytes, formatMilliseconds, t } from "../messages/t.ts"
import { lanesOf, placeOf, ticksOf } from "../model/tier-lanes.ts"
import { Icon } from "../parts/Icon.tsx"
import { ACTIONS } from "../services/actions.ts"
import { registerPane } from "../services/pane-ports.ts"
import { useApp } from "../services/store.ts"
import { openCode, revealSpot, useTimeline } from "../services/timeline.ts"

/** The Timeline pane. */
export function Timeline(): ReactNode {
  const { notes, sums, milliseconds, version } = useTimeline((state) => state)
  const isOfText = useApp((state) => state.version === version)
  const root = useRef<HTMLElement>(null)
  useEffect(() => registerPane("timeline", { focus: () => root.current?.focus() }), [])
  const end = milliseconds ?? notes.at(-1)?.at ?? 0

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
    <section ref={root} className="timeline" tabIndex={0} aria-label={t("timeline.label")}>
      {version === null ? (
        <div className="empty">
          <p>{t("timeline.empty")}</p>
          <button type="button" className="button button-primary" onClick={() => ACTIONS.runTiered()}>
            <Icon name="run" />
            {t("command.runTiered")}
          </button>
        </div>
      ) : (
        <>
          {!isOfText && (
            <div className="notice" role="note">
              {t("timeline.outdated")}
            </div>
          )}
          <p className="timeline-summary">{summaryOf(notes, milliseconds)}</p>
          {notes.length > 0 && (
            <>
              <Strip notes={notes} end={end} />
              <Events notes={notes} />
            </>
          )}
          {sums.length > 0 && <Totals sums={sums} />}
        </>
      )}
    </section>
  )
}

function summaryOf(notes: readonly TierNote[], milliseconds: number | null): string {
  const installed = notes.filter((note) => note.kind === "installed")
  const time = milliseconds === null ? t("timeline.running") : t("timeline.ran", { time: formatMilliseconds(milliseconds) })
  if (installed.length === 0) return `${time} ${t("timeline.nothing")}`
  const bytes = installed.reduce((sum, note) => sum + note.bytes, 0)
  const compiling = installed.reduce((sum, note) => sum + note.milliseconds, 0)
  return `${time} ${t("timeline.units", { count: installed.length, size: formatBytes(bytes), time: formatMilliseconds(compiling) })}`
}

/** Lanes over the run. For the eye only: the rows under it say the same. */
function Strip({ notes, end }: { readonly notes: readonly TierNote[]; readonly end: number }): ReactNode {
  const lanes = useMemo(() => lanesOf(notes, end), [notes, end])
  const percent = (at: number): string => `${placeOf(at, end) * 100}%`
  return (
    <div className="timeline-strip" aria-hidden="true">
      <div className="timeline-legend">
        {(["interpreted", "compiling", "loop", "code"] as const).map((tier) => (
          <span key={tier} className="timeline-key">
            <span className={`timeline-swatch timeline-${tier}`} />
            {t(`timeline.tier.${tier}`)}
          </span>
        ))}
      </div>
      {lanes.map(({ spot, parts }) => (
        <div key={spot.function} className="timeline-lane">
          <span className="timeline-name">{spot.function}</span>
          <span className="timeline-track">
            {parts.map(({ tier, from, to }) => (
              <span
                key={`${tier}:${from}`}
                className={`timeline-part timeline-${tier}`}
                style={{ left: percent(from), width: `${(placeOf(to, end) - placeOf(from, end)) * 100}%` }}
                title={`${t(`timeline.tier.${tier}`)}: ${formatMilliseconds(from)} – ${formatMilliseconds(to)}`}
              />
            ))}
          </span>
        </div>
      ))}
      <div className="timeline-lane timeline-axis">
        <span />
        <span className="timeline-track">
          {ticksOf(end).map((at) => (
            <span key={at} className="timeline-tick" style={{ left: percent(at) }}>
              {at === 0 ? "0" : formatMilliseconds(at)}
            </span>
          ))}
          <span className="timeline-tick timeline-tick-end">{formatMilliseconds(end)}</span>
        </span>
      </div>
    </div>
  )
}

function Events({ notes }: { readonly notes: readonly TierNote[] }): ReactNode {
  return (
    <table className="timeline-table">
      <caption className="visually-hidden">{t("timeline.events")}</caption>
      <thead>
        <tr>
          <th scope="col" className="timeline-number">
            {t("timeline.column.time")}
          </th>
          <th scope="col">{t("timeline.column.event")}</th>
          <th scope="col">{t("timeline.column.place")}</th>
        </tr>
      </thead>
      <tbody>
        {notes.map((note, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an event is its place in the run
          <tr key={index}>
            <td className="timeline-number">{formatMilliseconds(note.at)}</td>
            <td>{eventText(note)}</td>
            <td>
              {(note.kind === "installed" ? note.spots : [note.spot]).map((spot) => (
                <Place key={`${spot.function}:${spot.line}:${spot.isLoop}`} spot={spot} unit={note.kind === "installed" || note.kind === "entered" ? note.unit : null} />
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function eventText(note: TierNote): string {
  switch (note.kind) {
    case "hot":
      return t(note.spot.isLoop ? "timeline.hot.loop" : "timeline.hot.function", { count: note.count.toLocaleString("en") })
    case "full":
      return t("timeline.full")
    case "installed":
      return t("timeline.installed", { unit: note.unit + 1, time: formatMilliseconds(note.milliseconds), size: formatBytes(note.bytes) })
    case "entered":
      return t(note.spot.isLoop ? "timeline.entered.loop" : "timeline.entered.function", { unit: note.unit + 1 })
    case "refused":
      return t("timeline.refused")
  }
}

/** A function or a loop, as the way to its source and to its code in the tier that it was in. */
function Place({ spot, unit }: { readonly spot: TierSpot; readonly unit: number | null }): ReactNode {
  if (spot.line === 0) return <span className="timeline-place">{spot.function}</span>
  const text = t(spot.isLoop ? "timeline.place.loop" : "timeline.place.function", { function: spot.function, line: spot.line })
  const code = unit === null ? t("pane.bytecode") : t("timeline.unit", { unit: unit + 1 })
  return (
    <span className="timeline-ways">
      <button type="button" className="timeline-place timeline-go" onClick={() => revealSpot(spot)}>
        {text}
      </button>
      <button type="button" className="timeline-go timeline-code-of" aria-label={t("timeline.code", { code, place: text })} onClick={() => void openCode(spot, unit)}>
        {code}
      </button>
    </span>
  )
}

function Totals({ sums }: { readonly sums: readonly TierSum[] }): ReactNode {
  return (
    <table className="timeline-table">
      <caption>{t("timeline.totals")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("timeline.column.function")}</th>
          <th scope="col" className="timeline-number">
            {t("timeline.column.calls")}
          </th>
          <th scope="col">{t("timeline.column.tier")}</th>
          <th scope="col">{t("timeline.column.units")}</th>
        </tr>
      </thead>
      <tbody>
        {sums.map(({ spot, calls, units, tier }) => (
          <tr key={`${spot.function}:${spot.line}:${spot.column}`}>
            <td>
              <Place spot={spot} unit={tier === "interpreter" ? null : (units.at(-1) ?? null)} />
            </td>
            <td className="timeline-number">{calls.toLocaleString("en")}</td>
            <td>
              <span className={`timeline-swatch timeline-${tier === "interpreter" ? "interpreted" : tier}`} /> {t(`timeline.tier.${tier === "interpreter" ? "interpreted" : tier}`)}
            </td>
            <td>{units.length === 0 ? t("timeline.none") : units.map((unit) => unit + 1).join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
