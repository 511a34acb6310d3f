"""Applications written in English, where the two sides share no other language: by call, company and startup."""

from __future__ import annotations

from marketplace.demo.applications import Proposal

PROPOSALS = {
    ("bottom_up", "norvik", "thermia"): Proposal(
        "en", 5,
        "A heat pump takes what the cold store throws away on its roof and warms the offices and the wash hall.",
        "Norvik’s compressors run day and night, eighty metres from rooms that are heated with gas.",
        "One dairy, one winter: 61% less gas.",
        "Six people: two who stay on site, four for the assembly.",
        "Two months to build, one winter to measure.",
        "A plan of the roof, the compressors’ logs and one weekend without deliveries.",
        title="Warm the offices with the cold store’s own heat",
    ),
    ("follow_up", "maree", "brume"): Proposal(
        "en", 8,
        "A plan of the whole quay, drawn anew every minute from ships, trains and crews, on the screens the yard has.",
        "It replaces the sheet printed at six in the morning. Foremen may overrule it, and it learns when they do.",
        "One berth for a season: cranes waited five minutes instead of eleven.",
        "Seven people from Brume, three planners from Marée.",
        "One berth, then all trains, then a month on the whole quay.",
        "Live positions of cranes and trains, and a desk in the control room.",
        pair="We ran the pilot berth together for a season, under another programme.",
    ),
    ("follow_up", "dasom", "nacre"): Proposal(
        "en", 5,
        "A small arm beside line two picks what the cameras reject and takes the burr off at once.",
        "Dasom scraps good housings for one burr; most of them can be saved in twenty seconds.",
        "Eleven series in two foundries, none of them oily.",
        "Four people, one of them on site.",
        "Two months to adapt the gripper, three beside the line.",
        "Two hundred rejected housings and a fenced corner beside the line.",
        pair="A week of tests on Dasom’s own parts last spring.",
    ),
    ("follow_up", "mirae", "brume"): Proposal(
        "en", 7,
        "A plan for the depots that moves each repair to the night when the right people and the right track are free.",
        "Mirae’s three depots plan on three sheets; this makes one of them.",
        "One quay planned for a season; no depot yet.",
        "Five people: three for planning, two for operations.",
        "Two months to copy the rules, four to plan.",
        "A year of repair orders and the duty rosters.",
        pair="Two workshops with Mirae’s planners.",
    ),
    ("follow_up", "clairval", "byeolha"): Proposal(
        "en", 4,
        "Ground radar shows which lamp posts of the old town stand on washed-out soil, before they lean.",
        "The new lamps would stand on firm ground, though it does not light them.",
        "Thirty kilometres mapped for two towns.",
        "Three people: radar, maps, driver.",
        "Three months, one district each.",
        "Permission to drive at night.",
        pair="A map of Clairval’s culverts, made together two years ago.",
    ),
    ("follow_up", "norvik", "nacre"): Proposal(
        "en", 4,
        "A robot arm places the sensors on pallets as they pass, and collects them at the end.",
        "Five hundred pallets a week are more than people can tag by hand.",
        "Castings, not pallets: eleven series in two foundries.",
        "Four people: mechanics and vision.",
        "Four months to build, three in the cold store.",
        "A gate of the cold store and one forklift.",
        pair="We met at a fair and decided to apply.",
    ),
}  # fmt: skip
