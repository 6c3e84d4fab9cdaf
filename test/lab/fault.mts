/** One way to make one claim false; its remedy is the `fix` block under the claim's heading in the runbook's page. */
export type Fault = {
  readonly claim: string
  /** What is wrong, as an operator would say it. */
  readonly fault: string
  /** Run as root on the server. */
  readonly server?: string
  /** Run on the operator's side, in the platform's folder. */
  readonly operator?: string
  /** Takes away what only stands in for the real cause, before the remedy is pasted. */
  readonly undo?: string
  /** Shows only when drills are run. */
  readonly drill?: true
  /** The option by which the runbook is asked for the list that this claim is in. */
  readonly instead?: string
}
