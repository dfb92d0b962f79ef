//! Placeholder head-note to be replaced below.
