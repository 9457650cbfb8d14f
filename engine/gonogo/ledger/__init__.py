"""The record of judgements: appended to, chained, verified and judged again."""
