"""The parts of the sample shop: chance, names, people, catalogue, tastes, rhythm, orders."""
