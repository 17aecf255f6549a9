/**
 * Which published data sets are known: what they are, their licences, where they come from, and how
 * a file is recognised as one of them. The files themselves are not part of Palinode.
 */
@NullMarked
package dev.palinode.data.catalog;

import org.jspecify.annotations.NullMarked;
