"""What serves one lesson: its models, its explorers, its questions. A folder a theme, imported when it is asked for.

>>> from taobaolab.lessons import growth
>>> growth.growth_rate(100, 400, 2)
1.0
"""
