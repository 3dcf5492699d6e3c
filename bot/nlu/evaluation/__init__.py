"""Measures how well a trained model understands: reading test sets, running the model, measuring, telling.

`reading` takes files in, `running` asks the model, `measuring`, `thresholds` and `report` are plain arithmetic on
what came out, `telling` and `page` say it in Danish.
"""
