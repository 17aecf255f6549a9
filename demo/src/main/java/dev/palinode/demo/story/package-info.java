/**
 * What {@code palinode demo} tells: the commands that measure the models of both worlds, and the
 * page of everything.
 */
@NullMarked
package dev.palinode.demo.story;

import org.jspecify.annotations.NullMarked;
