/** The engine that decodes in this process. */
@NullMarked
package dev.palinode.server.local;

import org.jspecify.annotations.NullMarked;
