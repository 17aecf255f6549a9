/**
 * Attacks on models that their user holds: they measure how well a model's defence works.
 *
 * <p>An {@link dev.palinode.attack.Attack} gets a {@link dev.palinode.attack.Behavior} and an
 * {@link dev.palinode.attack.AttackSession}, through which it asks the victim. The session has each
 * answer judged, keeps it as an {@link dev.palinode.attack.Attempt}, and counts what it cost. An
 * attempt succeeds if the final visible text is unsafe; whether unsafe text was ever shown, and
 * then withdrawn, is judged apart.
 */
@NullMarked
package dev.palinode.attack;

import org.jspecify.annotations.NullMarked;
