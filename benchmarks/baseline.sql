-- The monthly run for one range of households. $names are filled from the model and the month by baseline.py; v_, n_, b_, p_ are the
-- columns of one indicator: value, name of the bands, band, points; was_ is last month's band.

-- statement: merged
-- Rows of merged people, few, once for all ranges: they stand under old keys, which may be anywhere.
CREATE TABLE merged_$feed AS
SELECT into_key AS merged_into, delivered.*
FROM (SELECT * FROM $files WHERE person_key BETWEEN $lowest AND $highest) AS delivered
JOIN merged ON old_key = person_key

-- statement: people
CREATE OR REPLACE TEMP TABLE people AS
SELECT household_key, person_key, category, $asked TRUE AS listed, FALSE AS deceased FROM $members WHERE $households
UNION ALL
SELECT household_key, person_key, category, $asked listed, TRUE FROM $deceased WHERE $households

-- statement: earlier_points
-- Last month's bands that counted, and what is carried where this month is unknown; merged people under one key.
SELECT person_key, $wanted
FROM (
    SELECT coalesce(into_key, person_key) AS person_key, wide.* EXCLUDE (person_key)
    FROM $points AS wide LEFT JOIN merged ON old_key = person_key
)
WHERE $persons
GROUP BY person_key

-- statement: feed
-- Only who reaches the lowest band of anything: one person in ten of the largest feed.
SELECT * FROM (
    SELECT person_key, $values
    FROM (
        SELECT person_key, $columns FROM $files WHERE $persons $without
        UNION ALL
        SELECT merged_into, $columns FROM merged_$feed WHERE $into
    )
    GROUP BY person_key
)
WHERE $reached

-- statement: pointed
-- One row for everybody with a band in anything.
CREATE OR REPLACE TEMP TABLE pointed AS
WITH
$feeds,
before AS ($before),
somebody AS ($somebody),
banded AS (
    SELECT household_key, person_key, category, $columns
    FROM people SEMI JOIN somebody USING (person_key) $joins LEFT JOIN before USING (person_key)
)
SELECT * FROM banded WHERE $some

-- statement: scored
CREATE OR REPLACE TEMP TABLE scored AS
WITH
summed AS (
    SELECT household_key, $dimension_points, min($fired) AS fired, bool_or($fresh) AS has_new
    FROM pointed GROUP BY household_key
),
tagged AS (
    SELECT household_key, min(place) AS place
    FROM (
        SELECT household_key, $place_of_tag AS place FROM $tags WHERE $households
        UNION ALL
        SELECT household_key, $place_of_category FROM people WHERE NOT deceased
    )
    GROUP BY household_key
),
before AS ($before),
put AS (
    SELECT household_key, $raw AS raw, $count AS dimensions, least(place, $place_of_category) AS place,
        fired, coalesce(has_new, FALSE) AS has_new,
        coalesce(previous_score, 0) AS previous_score,
        coalesce(previous_level, 0) AS previous_level,
        coalesce(previous_score_level, 0) AS previous_score_level
    FROM (SELECT household_key, category FROM $register WHERE $households)
    LEFT JOIN summed USING (household_key)
    LEFT JOIN tagged USING (household_key)
    LEFT JOIN before USING (household_key)
),
multiplied AS (
    SELECT *, ($overlap)::BIGINT AS overlap_percent, ($identity_percent)::BIGINT AS identity_percent, $identity_tag AS identity_tag,
        $trigger AS "trigger", ($trigger_level)::BIGINT AS trigger_level
    FROM put
),
valued AS (SELECT *, raw * (100 + overlap_percent) * identity_percent AS score FROM multiplied),
reached AS (SELECT *, ($reached)::BIGINT AS reached, ($kept)::BIGINT AS kept FROM valued),
levelled AS (
    SELECT *, greatest(reached, kept) AS score_level, kept > reached AS held_by_hysteresis, greatest(reached, kept, trigger_level) AS level
    FROM reached
)
SELECT household_key, raw, dimensions, overlap_percent, identity_percent, identity_tag, score, score_level, held_by_hysteresis,
    "trigger", trigger_level, level, previous_score, previous_level,
    CASE
        WHEN previous_level = 0 AND level = 0 THEN 'none'
        WHEN previous_level = 0 THEN 'new'
        WHEN level = 0 THEN 'cleared'
        WHEN level > previous_level THEN 'escalated'
        WHEN level < previous_level THEN 'eased'
        ELSE 'unchanged'
    END AS change,
    has_new
FROM levelled

-- statement: no_scores_before
SELECT 0::BIGINT AS household_key, 0::BIGINT AS previous_score, 0::BIGINT AS previous_level, 0::BIGINT AS previous_score_level WHERE FALSE

-- statement: scores_before
SELECT household_key, score AS previous_score, level AS previous_level, score_level AS previous_score_level
FROM $scores WHERE $households

-- statement: shown
CREATE OR REPLACE TEMP TABLE shown AS SELECT household_key FROM scored WHERE level > 0 OR change <> 'none'

-- statement: hits_of
SELECT household_key, person_key, '$id' AS indicator, n_$id AS bands, v_$id AS value, b_$id AS band, p_$id AS points,
    $stale::BIGINT AS stale_months, $is_new AS is_new, $band_rose AS band_rose
FROM pointed SEMI JOIN shown USING (household_key)
WHERE p_$id > 0

-- statement: reverse_of
SELECT household_key, person_key, '$id' AS indicator, n_$id AS bands, v_$id AS value, b_$id AS band, was_$id IS NULL AS is_new
FROM pointed WHERE b_$id IS NOT NULL

-- statement: warnings
-- Quiet are those of whom a verdict was given since which nothing new or higher appeared.
WITH
due AS (
    SELECT household_key, level, change, CASE WHEN change IN ('new', 'escalated') THEN change ELSE 'new-indicator' END AS cause
    FROM scored WHERE change IN ('new', 'escalated') OR (change = 'unchanged' AND has_new)
),
verdict AS (
    SELECT household_key, max({'on': given_on, 'verdict': verdict}) AS last
    FROM $verdicts SEMI JOIN due USING (household_key)
    WHERE given_on > $quiet_after AND given_on <= $month_end AND $quieting
    GROUP BY household_key
),
seen AS (
    SELECT household_key, coalesce(into_key, person_key) AS person_key, indicator, max(band) AS seen_band
    FROM $verdict_hits SEMI JOIN verdict USING (household_key) LEFT JOIN merged ON old_key = person_key
    GROUP BY ALL
),
beyond AS (
    SELECT DISTINCT household_key
    FROM hits SEMI JOIN verdict USING (household_key) LEFT JOIN seen USING (household_key, person_key, indicator)
    WHERE seen_band IS NULL OR band > seen_band
)
SELECT household_key, level, change, cause,
    last IS NOT NULL AND beyond.household_key IS NULL AS suppressed,
    CASE WHEN beyond.household_key IS NULL THEN last.verdict END AS suppressed_by,
    CASE WHEN beyond.household_key IS NULL THEN last['on'] END AS suppressed_by_on
FROM due LEFT JOIN verdict USING (household_key) LEFT JOIN beyond USING (household_key)
ORDER BY household_key
