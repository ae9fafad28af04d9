"""Drawings in SVG, made from recorded data.

**Guarantees** to the command line and the documents: one SVG text, readable on light and dark pages, the same for the
same data.  **Requires** of the rooms below: data as JSON holds it.

- Read first :mod:`.svg`: shapes, text and the style sheet; :mod:`.svg_text`: the size of text;
- :mod:`.history`: the operations of a history that cannot be linearized; :mod:`.ring`: a hash ring;
- :mod:`.reproduction`: an experiment, expected and measured; :mod:`.reproduction_map`: the same over two parameters;
  :mod:`.reproduction_chain`: effects of one parameter, layer by layer; :mod:`.reproduction_curves`: curves of a
  closed form;
- :mod:`.layers`: a traced request as a staircase of layers, with :mod:`.layers_middle` between its two sides and
  :mod:`.layers_style`; :mod:`.raster`: drawings as PNG, by Matplotlib;
- :mod:`.axis`: the numbers along an axis; :mod:`.arrows`: arrows between boxes, and their labels;
- :mod:`.signals`: a PHY or a converter, by Matplotlib, also as PNG.
"""
