"""The operator's window: the only Qt. Widgets show and ask; they do not decide, compute or touch the database.

The window

    app.py                  the application around the window; its way in
    main_window.py          navigation above, one page at a time, faults over every page, the state of the line below
    page.py                 what a page is
    control.py              between the line's threads and the widgets: starts and stops the line, asks the ledger
    banner.py               faults, one line each, until they are mended
    session.py              who sits before the window
    sign_in_dialog.py       asks who is there
    pin_pad.py              a pad of large digits
    theme.py                colours, shapes and sizes, in one place
    fonts.py                which scripts this machine has a font for
    language.py             the language, switchable while it runs
    words.py                what the window says about a part, in the operator's language
    work.py                 long work off the GUI thread, with progress and a way to end it
    right_of_way.py         the window's thread goes first where all want the processor
    garbage.py              Python's garbage is collected in the GUI thread alone
    translations/           Qt Linguist files; `pyside6-lupdate` and `pyside6-lrelease` make them

The line, for the operator

    line_page.py            is this part good, and is the station well?
    line_header.py          lot, serial, operator, and the buttons that everybody needs
    line_rules.py           what stands between a trigger and a part, and what follows from recorded parts
    verdict_panel.py        the big verdict
    part_strip.py           the last parts as a row of tiles
    counters.py             how many parts were judged how, and the yield
    tally.py                counts them: once in the ledger, then part by part
    alarm_panel.py          the alarm, over the whole page, until somebody has seen it
    challenge_panel.py      guides through the challenge parts
    retest_bar.py           after RETEST: asks for the same part once more
    scan_filter.py          hears a scanner anywhere on a page
    sounds.py               short tones for verdicts and alarms

Parts, charts and events, for QA

    parts_page.py           find a part, look at it, say what it truly was
    filter_bar.py           which parts are listed
    filter_words.py         a filter in words; a part's review likewise
    part_table.py           the parts of a filter, read on as somebody scrolls
    part_detail.py          one part: pictures, deviations, measurements, reviews
    similar_strip.py        the past parts that look most like it
    reviewing.py            saying what the parts in hand are, and taking it back
    review_bar.py           the keys and buttons for it
    review_dialogs.py       which defect it is, and what else there is to say
    review_writer.py        reviews on their way into the ledger, off the GUI thread
    charts_page.py          what goes wrong where, whether the line drifts, how far verdicts can be trusted
    chart_card.py           a chart with its name, its switches and its words
    chart_words.py          what charts say in words
    plots.py                the charts as drawings
    events_page.py          what was done at the station, by whom
    export_dialog.py        a table, training data, or a report of what a filter lets through
    pdf_report.py           the report, on paper

Models, for the engineer

    models_page.py          versions, thresholds, a candidate on trial
    version_view.py         every version of the recipe's model
    report_card.py          its report
    threshold_workbench.py  reviewed parts by score, two lines to move, a new version of where they stand
    score_plot.py           the scores and the two lines
    threshold_counts.py     what the lines would let pass and reject
    trial_view.py           recorded parts judged again, and a shadow beside the line
    findings.py             what a trial found
    period_pick.py          of which days, of which lot

Set-up, for the engineer

    setup_page.py           teach a model, edit the recipe, set up the camera
    setup_tab.py            what its tabs have in common
    lens.py                 what the lens sees, through the line or the camera alone
    teach_wizard.py         about twenty good parts become a model, in three steps
    teach_parts.py          the good parts of a lesson
    part_tray.py            small pictures of them
    teach_outcome.py        what a lesson came to
    recipe_editor.py        regions, alignment, trigger; saving makes the next revision
    region_canvas.py        a picture on which regions are drawn
    shape_panel.py          the shapes as a list, and the numbers of one
    recipe_panels.py        alignment and trigger as fields
    picture_source.py       which picture the editor draws on
    camera_setup.py         the live picture with meters

The station itself, for the engineer

    station_page.py         how fast, how steady, and who may what
    times_tab.py            how fast and how full the line is, and what it takes of the computer
    stage_times.py          the stages of the last parts, on to the window
    drift_tab.py            whether parts still look as they did
    accounts_tab.py         who may sign in
    account_dialog.py       what an account needs

Small parts of many pages

    picture_view.py         a picture that keeps its shape, with the windows that deviate
    picture_card.py         a picture with its caption and a button for each view
    zoom_view.py            a picture to look into
    shrunk.py               a still picture drawn smaller than it is
    vector_maps.py          the NSOARTC vector of a region as its map
    sign.py                 a judgement's sign
    lock_icon.py            a padlock, drawn
    elided_label.py         a label that ends with … where its place is too narrow
    confirm_bar.py          asks once more, in the page itself
    frames.py               the frames that pages are made of
"""
