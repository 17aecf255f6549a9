/** Judgement on text: the interfaces of judges, and the judges that need nothing but text. */
@NullMarked
package dev.palinode.guard;

import org.jspecify.annotations.NullMarked;
